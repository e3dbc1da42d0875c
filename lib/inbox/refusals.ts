import { clock } from '@/lib/kernel/clock'
import { messageOf } from '@/lib/kernel/fault'
import { once } from '@/lib/kernel/once'
import { log } from '@/lib/log/log'
import { takeFailure, type Bucket } from './core/failure-allowance'
import { rememberedEndpoint } from './endpoints'
import { addRejections, type Refused } from './store/deliveries'

/** Failures of one caller on one endpoint, and of all callers on it: a caller's address may be made up. */
const perCaller = { size: 20, perSecond: 1 }
const perEndpoint = { size: 200, perSecond: 20 }
/** More callers than this are not told apart: the oldest are forgotten. */
const mostBuckets = 20_000
/** Endpoints with refusals since the last write. More than this are addresses that somebody makes up. */
const mostPending = 10_000
const writeEveryMs = 1_000

type Desk = { buckets: Map<string, Bucket>; pending: Map<string, Refused>; writing: Promise<void> | null; due: boolean }

const desk = (): Desk => once('webhook-refusals', () => ({ buckets: new Map(), pending: new Map(), writing: null, due: false }))

/**
 * Counts a delivery that was refused, and says how many seconds its sender should wait: 0, unless the caller or the
 * endpoint had too many failures lately.
 *
 * Only failures take from the allowance, and it is asked only after the signature was found not to hold: whoever signs
 * rightly is never told to wait, not even from an address that also sends rubbish, for behind one proxy all have one
 * address. The signature costs less than reading the body did. What a flood must not cost is therefore saved
 * afterwards: nothing is parsed, no row is written, no line is logged beyond the allowance; counting is a number in
 * memory, written once a second.
 */
export function noteRefusal(endpointId: string, from: string, reason: string): { wait: number } {
  const now = desk()
  // Addresses can be made up without end: those that are not known to be ours share one allowance, or each would bring a fresh one.
  const whose = rememberedEndpoint(endpointId) ? endpointId : ''
  const wait = Math.max(take(now.buckets, `${whose}|${from}`, perCaller), take(now.buckets, `${whose}|`, perEndpoint))
  if (wait === 0) log().warn({ endpoint: endpointId, from, reason }, 'a delivery was refused')
  const pending = now.pending.get(endpointId)
  if (pending) Object.assign(pending, { count: pending.count + 1, at: clock.now(), reason })
  else if (now.pending.size < mostPending || rememberedEndpoint(endpointId)) now.pending.set(endpointId, { count: 1, at: clock.now(), reason })
  if (!now.due) {
    now.due = true
    void clock.sleep(writeEveryMs).then(() => writeRefusals())
  }
  return { wait }
}

function take(buckets: Map<string, Bucket>, key: string, rules: { size: number; perSecond: number }): number {
  const { bucket, wait } = takeFailure(buckets.get(key), rules, clock.wallMs())
  buckets.delete(key)
  if (buckets.size >= mostBuckets) for (const oldest of buckets.keys()) if (buckets.delete(oldest)) break
  buckets.set(key, bucket)
  return wait
}

/** Writes the counts that are not written yet. Called once a second while there are some, and before a process stops. */
export async function writeRefusals(): Promise<void> {
  const now = desk()
  now.due = false
  await now.writing
  if (now.pending.size === 0) return
  const taken = now.pending
  now.pending = new Map()
  now.writing = addRejections(taken)
    .catch((error: unknown) => {
      log().warn({ error: messageOf(error) }, 'refused deliveries could not be counted yet')
      for (const [id, late] of taken) {
        const since = now.pending.get(id)
        now.pending.set(id, since ? { ...since, count: since.count + late.count } : late)
      }
      if (!now.due) {
        now.due = true
        void clock.sleep(writeEveryMs).then(() => writeRefusals())
      }
    })
    .finally(() => (now.writing = null))
  await now.writing
}
