import { readBytes } from '@/lib/edge/body'
import { callerAddress } from '@/lib/edge/core/caller-address'
import { answerDelivery } from '@/lib/edge/stripe-delivery'

export const dynamic = 'force-dynamic'

/** Stripe's deliveries. `npm run ingest` answers the same address with the same verb, for who outgrows this process. */
export async function POST(request: Request, { params }: { params: Promise<{ endpoint: string }> }): Promise<Response> {
  const { status, headers, body } = await answerDelivery({
    endpoint_id: (await params).endpoint,
    signature: request.headers.get('stripe-signature'),
    from: () => callerAddress(request.headers),
    body: () => readBytes(request),
  })
  return new Response(body, { status, headers })
}
