import { handle } from '@/lib/edge/handle'
import { json } from '@/lib/edge/reply'

/** Does this process answer? Asks nothing of anyone, so that a database that is away does not get the process killed. */
export const GET = handle('GET /healthz', async () => json({ status: 'ok' }))
