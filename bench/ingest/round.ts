import { withClient } from '@/scripts/postgres/connect'
import { busyBetween, readCpu } from '../measure/cpu'
import type { BenchServer } from '../measure/server'
import { settleDown } from '../measure/server'
import type { Answering } from './servers'

/** What a round of load measured: events per second, milliseconds, all that were sent, and those that were not answered 200. */
export type RoundReply = { perSecond: number; p50: number; p99: number; total: number; others: number; first: string | null }

/** A round with the processors that were busy, and microseconds of processor per event, by process. */
export type Round = RoundReply & { busy: Record<string, number>; cost: Record<string, number> }

export type RoundPlan = {
  server: BenchServer
  /** Who makes the load; for a contender that is called without HTTP it is that process itself. */
  load: Answering
  pids: Record<string, number>
  /** Emptied before; holds a row per answered event after. Null: nothing is stored. */
  table: { url: string; name: string } | null
  ask: { connections: number; warmMs: number; measureMs: number; most: number; prefix: string; port?: number; path?: string }
}

export async function runRound({ server, load, pids, table, ask }: RoundPlan): Promise<Round> {
  await load.ask({ prepare: ask })
  if (table) await withClient(table.url, async (client) => void (await client.query(`TRUNCATE ${table.name}`)))
  await settleDown(server)
  const before = readCpu(pids)
  const reply = await load.ask<RoundReply>({ go: true })
  const after = readCpu(pids)
  if (table) {
    const rows = await withClient(
      table.url,
      async (client) => (await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table.name}`)).rows[0]?.n ?? 0,
    )
    if (rows !== reply.total - reply.others) throw new Error(`${reply.total - reply.others} events were answered 200, but ${rows} rows are stored`)
  }
  const cost = Object.fromEntries(Object.keys(pids).map((name) => [name, (((after.seconds[name] ?? 0) - (before.seconds[name] ?? 0)) * 1e6) / reply.total]))
  return { ...reply, busy: busyBetween(before, after), cost }
}
