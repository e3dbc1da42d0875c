import { checkoutUnknown } from '@/lib/checkout/errors'
import { readCheckout } from '@/lib/checkout/queries'
import { handle } from '@/lib/edge/handle'
import { json } from '@/lib/edge/reply'
import { parsePublicId } from '@/lib/kernel/id'

export const dynamic = 'force-dynamic'

export const GET = handle('GET /api/v1/checkouts/[id]', async ({ caller, params }) => {
  const id = parsePublicId('attempt', params.id ?? '')
  if (id === null) throw checkoutUnknown()
  return json(await readCheckout(caller.scope, id))
})
