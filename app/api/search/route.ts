import { handle } from '@/lib/edge/handle'
import { json } from '@/lib/edge/reply'
import { findHits } from '@/app/(merchant)/_views/search-hits'

/** What the search box finds in the tenant and mode: payments, orders, stores. `q` is what was typed. */
export const GET = handle('GET /api/search', async ({ member, query }) => json({ hits: await findHits(member, query.get('q') ?? '') }))
