import { z } from 'zod'
import { startCheckout } from '@/lib/checkout/start-checkout'
import { readJson } from '@/lib/edge/body'
import { handle } from '@/lib/edge/handle'
import { json } from '@/lib/edge/reply'
import { answerOnce } from '@/lib/idempotency/answer-once'
import { Fault } from '@/lib/kernel/fault'
import { parsePublicId } from '@/lib/kernel/id'

export const dynamic = 'force-dynamic'

const asked = z.strictObject({
  store: z.string(),
  order: z.union([z.strictObject({ external_id: z.string().min(1).max(200) }), z.strictObject({ id: z.string() })]),
  return_url: z.string().max(2_000).optional(),
})

/** Makes the checkout of an order, or finds the open one. 201 either way: what is answered can be paid. */
export const POST = handle('POST /api/v1/checkouts', async ({ request, caller }) => {
  const body = await readJson(request, asked)
  const key = request.headers.get('idempotency-key')
  const answer = await answerOnce(caller.scope, { api_key_id: caller.api_key_id, key, route: 'POST /api/v1/checkouts', params: body }, async () => ({
    status: 201,
    body: await startCheckout(caller.scope, {
      store_id: idOf('store', body.store, 'store'),
      order: 'id' in body.order ? { order_id: idOf('order', body.order.id, 'order.id') } : body.order,
      ...(body.return_url !== undefined && { return_url: body.return_url }),
      created_by: `api_key:${caller.api_key_id}`,
    }),
  }))
  return json(answer.body, { status: answer.status, headers: answer.replayed ? { 'idempotent-replayed': 'true' } : {} })
})

function idOf(kind: 'store' | 'order', text: string, field: string): string {
  const id = parsePublicId(kind, text)
  if (id === null)
    throw new Fault('invalid_field', 400, `The field ${field} is not the id of ${kind === 'store' ? 'a store (sto_...)' : 'an order (ord_...)'}.`, {
      field,
      remedy: 'Correct it and send the request again.',
    })
  return id
}
