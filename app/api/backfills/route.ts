import { z } from 'zod'
import { readJson } from '@/lib/edge/body'
import { handle } from '@/lib/edge/handle'
import { json } from '@/lib/edge/reply'
import { startBackfill } from '@/lib/inbox/backfill/start-backfill'

export const dynamic = 'force-dynamic'

const asked = z.strictObject({ since: z.iso.datetime({ offset: true }).optional() })

/** Asks for a look through Stripe's list of events, for what was never delivered. */
export const POST = handle('POST /api/backfills', async ({ request, member }) => {
  const { since } = await readJson(request, asked)
  const { connections } = await startBackfill(member.scope, {
    since: since === undefined ? null : new Date(since),
    actor: { kind: 'user', id: member.user.id },
  })
  return json({ backfill: { connections } }, { status: 202 })
})
