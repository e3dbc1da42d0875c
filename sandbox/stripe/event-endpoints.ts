import { lowerBound, type Entry } from '../core/store'
import type { Call } from './call'
import { scopeOf, type EventRow } from './events'
import { endpoint, JsonText, type AnyEndpoint } from './protocol/endpoint'
import { invalidParam, missing } from './protocol/errors'
import { paging } from './protocol/list'
import { flag, list, text, timeRange } from './protocol/params'

function readable(call: Call, row: EventRow | undefined): row is EventRow {
  return row !== undefined && row.account === call.account.id && row.livemode === call.livemode && row.created >= call.world.events.oldestReadable()
}

/** Events are stored as text and answered as such. */
function listed(call: Call, rows: readonly EventRow[], more: boolean): JsonText {
  const data = rows.map((row) => call.world.events.body(row)).join(',')
  return new JsonText(`{"object":"list","data":[${data}],"has_more":${more},"url":"/v1/events"}`)
}

/** `payment_intent.*` or an exact type. */
function matcher(patterns: readonly string[]): (type: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !pattern.endsWith('*')))
  const prefixes = patterns.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1))
  return (type) => exact.has(type) || prefixes.some((prefix) => type.startsWith(prefix))
}

/** Events of the last 30 days (docs.stripe.com/api/events). */
export const eventEndpoints: AnyEndpoint[] = [
  endpoint({
    method: 'GET',
    path: '/v1/events',
    permission: 'event_read',
    spec: { ...paging, created: timeRange, delivery_success: flag, type: text(), types: list(text(), 20) },
    run: (call, params) => {
      if (params.type !== undefined && params.types !== undefined) throw invalidParam('types', 'You may only specify one of these parameters: type, types.')
      const { rows } = call.world.events
      const scope = scopeOf(call.account.id, call.livemode)
      const exact = params.type !== undefined && !params.type.endsWith('*')
      const entries: readonly Entry<EventRow>[] = exact ? rows.list('type', `${scope}:${params.type ?? ''}`) : rows.list('scope', scope)
      const ofType = params.types !== undefined ? matcher(params.types) : params.type !== undefined ? matcher([params.type]) : () => true
      const wanted = (row: EventRow) =>
        readable(call, row) &&
        ofType(row.type) &&
        (params.created === undefined || (row.created >= params.created.from && row.created <= params.created.to)) &&
        (params.delivery_success === undefined || (row.pending_webhooks === 0 && !row.delivery_failed) === params.delivery_success)
      const seqOf = (id: string, name: string) => {
        const seq = rows.seqOf(id)
        if (seq === undefined || rows.get(id)?.account !== call.account.id) throw missing('event', id, name)
        return seq
      }
      const limit = params.limit ?? 10
      const found: EventRow[] = []
      if (params.ending_before !== undefined) {
        for (let at = lowerBound(entries, seqOf(params.ending_before, 'ending_before') + 1); at < entries.length && found.length <= limit; at++) {
          const row = entries[at]?.row
          if (row !== undefined && wanted(row)) found.push(row)
        }
        return listed(call, found.slice(0, limit).reverse(), found.length > limit)
      }
      const oldest = Math.max(call.world.events.oldestReadable(), params.created?.from ?? 0)
      const start = params.starting_after === undefined ? entries.length : lowerBound(entries, seqOf(params.starting_after, 'starting_after'))
      for (let at = start - 1; at >= 0 && found.length <= limit; at--) {
        const row = entries[at]?.row
        if (row === undefined) continue
        if (row.created < oldest) break
        if (wanted(row)) found.push(row)
      }
      return listed(call, found.slice(0, limit), found.length > limit)
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/events/:id',
    permission: 'event_read',
    spec: {},
    run: (call, _params, id) => {
      const row = call.world.events.rows.get(id)
      if (!readable(call, row)) throw missing('event', id)
      return new JsonText(call.world.events.body(row))
    },
  }),
]
