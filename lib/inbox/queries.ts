import { onTenant, type Executor } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import { byTime, readPage, type Page, type PageAsk, type PagePart } from '@/lib/kernel/page'
import { everyEvent, reasonsByState, type EventFilter } from './core/event-filter'
import { judgeSilence, rhythmOf, type HearingVerdict, type Rhythm } from './core/rhythm'
import { bucketOf, scopeOf } from './core/scope'
import {
  findChanges,
  findEvent,
  findEventPage,
  findOpenReads,
  selectCurrencies,
  selectConnections,
  selectPaymentTrace,
  selectTypes,
  type EventChange,
  type EventFile,
  type EventLine,
  type FoundEvents,
  type InboxPlace,
  type OpenRead,
} from './store/events'
import {
  selectHearingEndpoints,
  selectPaces,
  selectQuarantined,
  selectSpans,
  selectUnplaced,
  selectWaiting,
  type HearingEndpoint,
  type HeardPace,
  type HeardSpan,
  type ReasonCount,
  type Waiting,
} from './store/health'
import { countSetAside, selectHeardTimes } from './store/hearing'

export type { EventChange, EventFile, EventLine, OpenRead } from './store/events'
export type { HearingEndpoint, HeardPace, HeardSpan, ReasonCount, Waiting } from './store/health'

/** How a connection is heard, in short: its newest delivery (ours, business time), and whether the pause since is as usual. */
export type Hearing = { connection_id: string; name: string; at: Date | null; verdict: HearingVerdict }

/** Each connection of the scope that is in use; `now` is business time. The same verdict as that of its health. */
export async function hearingsOf(scope: Scope, now: Date): Promise<Hearing[]> {
  const rows = await withTenant(scope, (tx) => selectHeardTimes(onTenant(tx), scope))
  return rows.map(({ connection_id, name, times, long_pause_ms }) => {
    const [at = null] = times
    return { connection_id, name, at, verdict: judgeSilence(at === null ? null : now.getTime() - at.getTime(), rhythmOf(times, long_pause_ms)) }
  })
}

/** How many events of the scope are set aside, counted up to 1,000. */
export async function setAsideCount(scope: Scope): Promise<number> {
  return withTenant(scope, (tx) => countSetAside(onTenant(tx), scope))
}

const byReceipt = byTime<EventLine>((row) => row.received_at)

/**
 * Events of the scope's tenant and mode, newest first by when they were received, a page. A delivery is seen once it is
 * folded: before, nobody knows whose it is.
 * @param ask.zone IANA zone in which the filter's days are meant
 */
export async function listEvents(scope: Scope, ask: { filter: EventFilter; zone: string } & PageAsk): Promise<Page<EventLine>> {
  const { filter, zone } = ask
  if (filter.search?.by === 'nothing') return { rows: [], newer: null, older: null }
  return withTenant(scope, async (tx) => {
    const db = onTenant(tx)
    const places = (await placesOf(db, scope)).filter((place) => filter.connections.length === 0 || filter.connections.includes(place.id))
    const found = await foundBy(db, scope, places, filter)
    return readPage(ask, byReceipt, async (part) => {
      const rows: EventLine[] = []
      for (const each of found) rows.push(...(await findEventPage(db, scope, places, filter, each, zone, part)))
      return found.length === 1 ? rows : rows.sort(inOrder(part.towards)).slice(0, part.limit)
    })
  })
}

async function placesOf(db: Executor, scope: Scope): Promise<InboxPlace[]> {
  return (await selectConnections(db, scope)).map((connection) => {
    const key = scopeOf(connection.account_id, scope.mode)
    return { ...connection, scope: key, bucket: bucketOf(key) }
  })
}

function inOrder(towards: PagePart['towards']): (a: EventLine, b: EventLine) => number {
  const turn = towards === 'older' ? -1 : 1
  return (a, b) => turn * (a.received_at.getTime() - b.received_at.getTime() || (a.id < b.id ? -1 : 1))
}

/** What the filter comes down to: one part, or one for each state when reasons are asked for. */
async function foundBy(db: Executor, scope: Scope, places: InboxPlace[], filter: EventFilter): Promise<FoundEvents[]> {
  const found = await namedBy(db, scope, places, filter)
  return filter.reasons.length === 0 ? [{ ...found, reasons: null }] : reasonsByState(filter.reasons).map((reasons) => ({ ...found, reasons }))
}

async function namedBy(db: Executor, scope: Scope, places: InboxPlace[], filter: EventFilter): Promise<Omit<FoundEvents, 'reasons'>> {
  const search = filter.search
  const wanted =
    search?.by === 'type' ? (filter.types.length === 0 ? [`${search.prefix}*`] : filter.types.filter((type) => type.startsWith(search.prefix))) : filter.types
  const types = wanted.some((type) => type.endsWith('*')) ? typesLike(await selectTypes(db, scope, places), wanted) : wanted
  const exact = filter.types.length === 0 && search?.by !== 'type' ? null : types
  if (search?.by === 'payment') return { types: exact, ...(await selectPaymentTrace(db, scope, { id: search.id })) }
  if (search?.by === 'object')
    return search.id.startsWith('pi_')
      ? {
          types: exact,
          ...(await selectPaymentTrace(db, scope, { stripe_id: search.id }).then((trace) => ({
            ...trace,
            objects: [...new Set([search.id, ...trace.objects])],
          }))),
        }
      : { types: exact, objects: [search.id], rows: null }
  return { types: exact, objects: null, rows: null }
}

function typesLike(known: readonly string[], wanted: readonly string[]): string[] {
  return known.filter((type) => wanted.some((want) => (want.endsWith('*') ? type.startsWith(want.slice(0, -1)) : type === want)))
}

/** The types of events that this tenant and mode have, and its connections, for the choices of a filter. */
export async function eventChoices(scope: Scope): Promise<{ types: string[]; connections: { id: string; name: string }[] }> {
  return withTenant(scope, async (tx) => {
    const places = await placesOf(onTenant(tx), scope)
    return { types: await selectTypes(onTenant(tx), scope, places), connections: places.map(({ id, name }) => ({ id, name })) }
  })
}

/** One event whole: its row and body, what it changed, reads still to be made of its object, and other rows about the same object (newest first, at most `size`). */
export type EventWhole = { event: EventFile; changes: EventChange[]; reads: OpenRead[]; others: EventLine[] }

/** Null when there is no such event in this tenant and mode. The body is as it came: redact it before showing it. */
export async function eventFile(scope: Scope, id: string, size = 20): Promise<EventWhole | null> {
  return withTenant(scope, async (tx) => {
    const db = onTenant(tx)
    const places = await placesOf(db, scope)
    const event = await findEvent(db, scope, places, id)
    if (event === null) return null
    const changes = await findChanges(db, scope, event.id)
    const objects = [...new Set([event.object_id, ...changes.map((change) => change.payment_stripe_id)].filter((each) => each !== null))]
    const reads = await findOpenReads(db, scope, event.connection_id, objects)
    const others = event.object_id === null ? [] : await rowsOf(db, scope, places, event.connection_id, event.object_id, size + 1)
    return { event, changes, reads, others: others.filter((other) => other.id !== event.id).slice(0, size) }
  })
}

/** The currency of each of these payments (ours, by id); one that is not stored is left out. */
export async function currenciesOf(scope: Scope, paymentIds: readonly string[]): Promise<Map<string, string>> {
  if (paymentIds.length === 0) return new Map()
  const rows = await withTenant(scope, (tx) => selectCurrencies(onTenant(tx), scope, paymentIds))
  return new Map(rows.map((row) => [row.id, row.currency]))
}

async function rowsOf(db: Executor, scope: Scope, places: InboxPlace[], connectionId: string, objectId: string, limit: number): Promise<EventLine[]> {
  const own = places.filter((place) => place.id === connectionId)
  return findEventPage(db, scope, own, everyEvent, { types: null, objects: [objectId], rows: null, reasons: null }, 'UTC', {
    towards: 'older',
    from: null,
    limit,
  })
}

export type HeardCounts = Omit<HeardSpan, 'connection_id' | 'at'>

/** How one connection is heard. Counts are since `since`; what waits and what is set aside is what there is now. */
export type WebhookHealth = {
  connection_id: string
  /** The sum of the spans. */
  counts: HeardCounts
  spans: HeardSpan[]
  /** The newest delivery (ours, business time) and the newest that changed something. */
  last_at: Date | null
  last_applied_at: Date | null
  pace: Pick<HeardPace, 'p50_ms' | 'p99_ms' | 'versions'>
  endpoints: HearingEndpoint[]
  quarantined: ReasonCount[]
  /** Came through an endpoint of its own and belongs to no connection of this tenant. */
  unplaced: { endpoint_id: string; reason: string; count: number; last_at: Date }[]
  waiting: Waiting
  rhythm: Rhythm
  verdict: HearingVerdict
}

/**
 * The health of every connection of the scope.
 * @param ask.since from when deliveries are counted, in spans of `unit` of the zone; `now` is business time
 */
export async function webhookHealth(scope: Scope, ask: { since: Date; unit: 'hour' | 'day'; zone: string; now: Date }): Promise<Map<string, WebhookHealth>> {
  const read = await withTenant(scope, async (tx) => {
    const db = onTenant(tx)
    const places = await placesOf(db, scope)
    return {
      places,
      paces: await selectPaces(db, scope, places),
      spans: await selectSpans(db, scope, places, ask.unit, { since: ask.since, until: ask.now }, ask.zone),
      endpoints: await selectHearingEndpoints(db, scope, new Date(clock.wallMs())),
      quarantined: await selectQuarantined(db, scope, places),
    }
  })
  const own = read.endpoints.filter((endpoint) => endpoint.own)
  const [waiting, unplaced] = await Promise.all([selectWaiting(read.places), selectUnplaced(own.map((endpoint) => endpoint.id))])
  return new Map(
    read.paces.map(({ connection_id, times, long_pause_ms, last_applied_at, ...pace }) => {
      const of = <Row extends { connection_id: string }>(rows: readonly Row[]) => rows.filter((row) => row.connection_id === connection_id)
      const [last_at = null] = times
      const rhythm = rhythmOf(times, long_pause_ms)
      const endpoints = of(read.endpoints)
      const spans = of(read.spans)
      return [
        connection_id,
        {
          ...{ connection_id, counts: sumOf(spans), spans, last_at, last_applied_at, pace, endpoints },
          quarantined: of(read.quarantined),
          unplaced: unplaced.filter((row) => endpoints.some((endpoint) => endpoint.own && endpoint.id === row.endpoint_id)),
          waiting: of(waiting)[0] ?? { connection_id, count: 0, oldest_at: null },
          rhythm,
          verdict: judgeSilence(last_at === null ? null : ask.now.getTime() - last_at.getTime(), rhythm),
        },
      ]
    }),
  )
}

function sumOf(spans: readonly HeardSpan[]): HeardCounts {
  const sum: HeardCounts = { deliveries: 0, applied: 0, ignored: 0, quarantined: 0, repeats: 0, alarms: 0, found_by_backfill: 0 }
  for (const span of spans) for (const name of Object.keys(sum) as (keyof HeardCounts)[]) sum[name] += span[name]
  return sum
}
