import { payAgain } from '@/lib/checkout/pay-again'
import { config } from '@/lib/config/config'
import { handle } from '@/lib/edge/handle'
import { isFault } from '@/lib/kernel/fault'

export const dynamic = 'force-dynamic'

/** A plain form of the payer's page: leads to the new link, or back with the reason. */
export const POST = handle('POST /api/pay/[token]/again', async ({ params }) => {
  const token = params.token ?? ''
  try {
    return to((await payAgain(token)).pay_url)
  } catch (error) {
    if (!isFault(error)) throw error
    return to(`${config().origin}/pay/${encodeURIComponent(token)}?problem=${error.code}`)
  }
})

function to(location: string): Response {
  return new Response(null, { status: 303, headers: { location } })
}
