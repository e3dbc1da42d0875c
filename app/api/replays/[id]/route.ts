import { handle } from '@/lib/edge/handle'
import { json } from '@/lib/edge/reply'
import { replayById } from '@/lib/inbox/replay/queries'
import { replayView } from '@/lib/inbox/replay/view'
import { parsePublicId } from '@/lib/kernel/id'
import { nothingHere } from '@/lib/tenancy/errors'

export const dynamic = 'force-dynamic'

/** How far a replay is, and what it changed. */
export const GET = handle('GET /api/replays/[id]', async ({ member, params }) => {
  const id = parsePublicId('replay', params.id ?? '')
  const replay = id === null ? null : await replayById(member.scope, id)
  if (replay === null) throw nothingHere()
  return json({ replay: replayView(replay) })
})
