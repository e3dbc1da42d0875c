import { handle } from '@/lib/edge/handle'
import { json } from '@/lib/edge/reply'
import { cancelReplay } from '@/lib/inbox/replay/start-replay'
import { replayView } from '@/lib/inbox/replay/view'
import { parsePublicId } from '@/lib/kernel/id'
import { nothingHere } from '@/lib/tenancy/errors'

export const dynamic = 'force-dynamic'

/** Stops a replay where it is. */
export const POST = handle('POST /api/replays/[id]/cancel', async ({ member, params }) => {
  const id = parsePublicId('replay', params.id ?? '')
  if (id === null) throw nothingHere()
  const replay = await cancelReplay(member.scope, id, { kind: 'user', id: member.user.id })
  return json({ replay: replayView(replay) })
})
