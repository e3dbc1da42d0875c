import { Client } from 'pg'
import { config } from '@/lib/config/config'
import { clock } from '@/lib/kernel/clock'
import { messageOf } from '@/lib/kernel/fault'
import { once } from '@/lib/kernel/once'
import { log } from '@/lib/log/log'
import type { Sql } from './pools'

/** Wake-ups between processes. A hint only: whoever waits also polls. */
export const channels = {
  inbox: 'matchbook_inbox',
  reads: 'matchbook_reads',
  effects: 'matchbook_effects',
  settle: 'matchbook_settle',
  changes: 'matchbook_changes',
} as const
export type Channel = (typeof channels)[keyof typeof channels]

/** Sent when the surrounding transaction commits. */
export async function notify(sql: Sql, channel: Channel, payload = ''): Promise<void> {
  await sql.query('SELECT pg_notify($1, $2)::text', [channel, payload])
}

/** Several payloads with one statement. */
export async function notifyAll(sql: Sql, channel: Channel, payloads: readonly string[]): Promise<void> {
  if (payloads.length > 0) await sql.query({ name: 'notify_all', text: 'SELECT pg_notify($1, p)::text FROM unnest($2::text[]) p', values: [channel, payloads] })
}

const started = (): { yes: boolean } => once('notify-hub-started', () => ({ yes: false }))

/** A server that vanished, or that takes the connection and says nothing, is noticed and left: nothing else is ever asked of it. */
const noticed = { connectionTimeoutMillis: 5_000, keepAlive: true, keepAliveInitialDelayMillis: 10_000 }

type Hub = { listeners: Map<Channel, Set<(payload: string) => void>>; stop(): Promise<void> }

/**
 * One listening connection per process, shared by all who listen, reconnected when it is lost (and then everyone is
 * woken once, because something may have been missed).
 */
function hub(): Hub {
  return once('notify-hub', () => {
    started().yes = true
    const listeners: Hub['listeners'] = new Map(Object.values(channels).map((name) => [name, new Set()]))
    const stopping = new AbortController()
    let current: Client | undefined
    const run = async () => {
      while (!stopping.signal.aborted) {
        const client = new Client({ connectionString: config().databaseUrl, application_name: 'matchbook hub', ...noticed })
        const lost = new Promise<void>((resolve) => {
          client.once('end', resolve)
          client.on('error', () => resolve())
        })
        try {
          await client.connect()
          current = client
          client.on('notification', ({ channel, payload }) => listeners.get(channel as Channel)?.forEach((tell) => tell(payload ?? '')))
          for (const name of Object.values(channels)) await client.query(`LISTEN ${name}`)
          listeners.forEach((set) => set.forEach((tell) => tell('')))
          await lost
        } catch (error) {
          log().warn({ error: messageOf(error) }, 'the notification connection failed; retrying')
        }
        await client.end().catch(() => undefined)
        await clock.sleep(500, stopping.signal)
      }
    }
    void run()
    return {
      listeners,
      stop: async () => {
        stopping.abort()
        await current?.end().catch(() => undefined)
      },
    }
  })
}

/** Calls `tell` on each notification; returns how to stop. */
export function listen(channel: Channel, tell: (payload: string) => void): () => void {
  const set = hub().listeners.get(channel)
  set?.add(tell)
  return () => void set?.delete(tell)
}

/** Ends the listening connection, if anyone ever listened. */
export async function closeHub(): Promise<void> {
  if (started().yes) await hub().stop()
}
