import { readBytes } from '@/lib/edge/body'
import { receive } from '@/lib/inbox/receive'
import { isFault, messageOf } from '@/lib/kernel/fault'
import { log } from '@/lib/log/log'

export const dynamic = 'force-dynamic'

/** Stripe's deliveries: signature, one durable row, 200. A database that is down answers 503, so that Stripe delivers again. */
export async function POST(request: Request, { params }: { params: Promise<{ endpoint: string }> }): Promise<Response> {
  try {
    const { endpoint } = await params
    const body = await readBytes(request)
    const { status, code, message } = await receive({ endpoint_id: endpoint, body, signature: request.headers.get('stripe-signature') })
    return status === 200 ? received() : refusal(status, code, message)
  } catch (error) {
    if (isFault(error) && error.status < 500) return refusal(error.status, error.code, error.message)
    log().error({ error }, `a delivery could not be stored: ${messageOf(error)}`)
    return refusal(503, 'not_stored', 'The delivery could not be stored. Deliver it again.')
  }
}

function received(): Response {
  return new Response('{"received":true}', { status: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } })
}

function refusal(status: number, code: string, message: string): Response {
  return Response.json({ error: { code, message } }, { status, headers: { 'cache-control': 'no-store', ...(status === 408 && { connection: 'close' }) } })
}
