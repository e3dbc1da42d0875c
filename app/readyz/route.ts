import { handle } from '@/lib/edge/handle'
import { readiness } from '@/lib/edge/readiness'
import { json } from '@/lib/edge/reply'

/** May this process get traffic? 503 while it may not, with what is wrong. */
export const GET = handle('GET /readyz', async () => {
  const state = await readiness()
  return json(state, { status: state.ready ? 200 : 503 })
})
