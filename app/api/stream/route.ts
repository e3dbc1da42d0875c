import { handle } from '@/lib/edge/handle'
import { changeStream } from '@/lib/edge/change-stream'

/** Tells a member's open page what changed in its tenant and mode, as server-sent events. */
export const GET = handle('GET /api/stream', async ({ request, member }) => changeStream(member, request.signal))
