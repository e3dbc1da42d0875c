import { handle } from '@/lib/edge/handle'
import { json } from '@/lib/edge/reply'
import { requeueEffect } from '@/lib/effects/requeue-effect'
import { parsePublicId, publicId } from '@/lib/kernel/id'
import { nothingHere } from '@/lib/tenancy/errors'

export const dynamic = 'force-dynamic'

/** Queues an effect again that was given up or left alone. */
export const POST = handle('POST /api/effects/[id]/requeue', async ({ member, params }) => {
  const id = parsePublicId('effect', params.id ?? '')
  if (id === null) throw nothingHere()
  const effect = await requeueEffect(member.scope, id, { kind: 'user', id: member.user.id })
  return json({ effect: { id: publicId('effect', effect.id), state: effect.state } }, { status: 202 })
})
