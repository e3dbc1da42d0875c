import { receiveStoreWebhook } from '@/lib/commerce/receive-store-webhook'
import { readBytes } from '@/lib/edge/body'
import { handle } from '@/lib/edge/handle'
import { json } from '@/lib/edge/reply'

/** A store tells us that an order changed. */
export const POST = handle('POST /api/webhooks/stores/[store]', async ({ request, params }) => {
  const raw = await readBytes(request)
  return json(await receiveStoreWebhook(params['store'] ?? '', raw, (name) => request.headers.get(name)))
})
