import { readPayStatus } from '@/lib/checkout/pay-status'
import { handle } from '@/lib/edge/handle'
import { json } from '@/lib/edge/reply'

export const dynamic = 'force-dynamic'

/** How the payment stands, for the payer's pages. */
export const GET = handle('GET /api/pay/[token]/status', async ({ params }) => json(await readPayStatus(params.token ?? '')))
