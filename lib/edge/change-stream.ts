import { channels, listen } from '@/lib/db/notify'
import { clock } from '@/lib/kernel/clock'
import { Fault, isFault, messageOf } from '@/lib/kernel/fault'
import { once } from '@/lib/kernel/once'
import { log } from '@/lib/log/log'
import { memberOf, type Member } from '@/lib/tenancy/member-of'
import { principalOf } from '@/lib/tenancy/principal'
import { readChange, writeChange } from './core/change'
import { isDraining, onDrain } from './shutdown'

const heartbeatMs = 15_000
/** The session is asked for again at every second heartbeat. */
const beatsPerCheck = 2
const streamsPerSession = 8
const streamsPerProcess = 1_000
/** Events a slow reader may be behind; more are folded into one "something changed". */
const queueLength = 16

const open = (): Map<string, number> => once('open-change-streams', () => new Map<string, number>())

/**
 * Server-sent events of the member's own tenant and mode: `change` with kind and ids (a hint to read again), `refresh`
 * when something may have been missed, `signed-out` before it ends because the session or the membership did. It ends
 * with the reader, with the process, and with the session, which it does not keep alive.
 * @throws Fault `too_many_streams` 429, `stopping` 503.
 */
export function changeStream(member: Member, signal: AbortSignal): Response {
  if (isDraining()) throw new Fault('stopping', 503, 'This server is about to stop.', { remedy: 'Connect again in a moment.' })
  const count = open().get(member.session_id) ?? 0
  const total = [...open().values()].reduce((sum, each) => sum + each, 0)
  if (count >= streamsPerSession || total >= streamsPerProcess)
    throw new Fault('too_many_streams', 429, 'Too many pages listen for changes.', { remedy: 'Close some; pages that do not listen can be reloaded.' })
  open().set(member.session_id, count + 1)

  const ended = new AbortController()
  let isBehind = false
  let end: () => void = () => undefined
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        const write = (text: string) => {
          if (ended.signal.aborted) return
          if ((controller.desiredSize ?? 0) > 0) controller.enqueue(new TextEncoder().encode(text))
          else isBehind = true
        }
        const unlisten = listen(channels.changes, (payload) => {
          if (payload === '') return write('event: refresh\ndata: {}\n\n')
          const change = readChange(payload)
          if (change?.tenant_id === member.scope.tenant_id && change.mode === member.scope.mode) write(writeChange(change))
        })
        const forget = onDrain(() => end())
        end = () => {
          if (ended.signal.aborted) return
          ended.abort()
          unlisten()
          forget()
          const left = (open().get(member.session_id) ?? 1) - 1
          if (left > 0) open().set(member.session_id, left)
          else open().delete(member.session_id)
          try {
            controller.close()
          } catch {
            // The reader cancelled: it is closed already.
          }
        }
        signal.addEventListener('abort', () => end(), { once: true })
        if (signal.aborted) return end()
        write('retry: 2000\nevent: open\ndata: {}\n\n')
        void beat(member, ended.signal, write).then(() => end())
      },
      pull: (controller) => {
        if (!isBehind || ended.signal.aborted) return
        isBehind = false
        controller.enqueue(new TextEncoder().encode('event: refresh\ndata: {}\n\n'))
      },
      cancel: () => end(),
    },
    { highWaterMark: queueLength },
  )
  // no-transform: compression would hold events back.
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'private, no-store, no-transform', 'x-accel-buffering': 'no' },
  })
}

/** Comments that keep the connection, until the session or the membership is gone. */
async function beat(member: Member, ended: AbortSignal, write: (text: string) => void): Promise<void> {
  for (let beats = 1; ; beats++) {
    await clock.sleep(heartbeatMs, ended)
    if (ended.aborted) return
    write(': still here\n\n')
    if (beats % beatsPerCheck !== 0) continue
    const isMember = await isStillMember(member)
    if (isMember === false) return write('event: signed-out\ndata: {}\n\n')
    if (isMember === null) return
  }
}

/** Null when nobody can say, as while the database is away: the stream then ends, and the page connects again. */
async function isStillMember(member: Member): Promise<boolean | null> {
  try {
    const principal = await principalOf(member.session_id, { touch: false })
    if (principal === null) return false
    await memberOf(principal, member.tenant.slug, member.scope.mode, 'stream.read')
    return true
  } catch (error) {
    log().info({ error: messageOf(error) }, 'a stream ends: its member could not be confirmed')
    return isFault(error) ? false : null
  }
}
