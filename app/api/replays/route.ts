import { z } from 'zod'
import { readJson } from '@/lib/edge/body'
import { handle } from '@/lib/edge/handle'
import { json } from '@/lib/edge/reply'
import { startReplay } from '@/lib/inbox/replay/start-replay'
import { replayView } from '@/lib/inbox/replay/view'

export const dynamic = 'force-dynamic'

const asked = z.strictObject({ filter: z.unknown(), dry_run: z.boolean() })

/** Asks for a replay of stored events; a dry run changes nothing and tells what would change. */
export const POST = handle('POST /api/replays', async ({ request, member }) => {
  const { filter, dry_run } = await readJson(request, asked)
  const replay = await startReplay(member.scope, { filter, dry_run, actor: { kind: 'user', id: member.user.id } })
  return json({ replay: replayView(replay) }, { status: 202 })
})
