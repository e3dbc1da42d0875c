import type { Random } from '../contract'

/** A Stripe object as its JSON says it. */
export type Thing = { id: string; object: string; created: number } & Record<string, unknown>

/** An event: its body is text from the moment of its making, so that nothing that happens later shows in it. */
export type StripeEvent = { id: string; type: string; created: number; object_id: string; body: string; made_ms: number }

/** What Stripe holds for one account in test mode. Lists are in the order of making. */
export type Account = {
  id: string
  currency: string
  things: Map<string, Thing>
  lists: Map<string, Thing[]>
  events: StripeEvent[]
  /** What the PaymentIntent of a session is to carry, by session: Stripe does not show it on the session. */
  intentData: Map<string, { metadata: Record<string, string>; description: string | null }>
  /** Which balance transactions an automatic payout is made of, its own line included, once it is itemised. */
  payoutMembers: Map<string, Set<string>>
  newId(prefix: string): string
  /** Keeps a new object. */
  keep<T extends Thing>(thing: T): T
  emit(type: string, thing: Thing, nowMs: number, previous?: Record<string, unknown>): StripeEvent
}

export const apiVersion = '2026-10-28.endive'

export function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}

/** Ids that say nothing about their order, as Stripe's do not. */
export function idMaker(random: Random): (prefix: string) => string {
  const part = () => random.int(0x7fffffff).toString(36).padStart(6, '0')
  return (prefix) => `${prefix}_1Sim${part()}${part()}${part()}`
}

export function createAccount(id: string, currency: string, random: Random, onEvent: (account: Account, event: StripeEvent) => void): Account {
  const newId = idMaker(random)
  const account: Account = {
    id,
    currency,
    things: new Map(),
    lists: new Map(),
    events: [],
    intentData: new Map(),
    payoutMembers: new Map(),
    newId,
    keep(thing) {
      account.things.set(thing.id, thing)
      const list = account.lists.get(thing.object)
      if (list) list.push(thing)
      else account.lists.set(thing.object, [thing])
      return thing
    },
    emit(type, thing, nowMs, previous) {
      const created = seconds(nowMs)
      const event: StripeEvent = { id: newId('evt'), type, created, object_id: thing.id, body: '', made_ms: nowMs }
      event.body = JSON.stringify({
        id: event.id,
        object: 'event',
        api_version: apiVersion,
        created,
        data: { object: thing, ...(previous && { previous_attributes: previous }) },
        livemode: false,
        pending_webhooks: 1,
        request: { id: null, idempotency_key: null },
        type,
      })
      account.events.push(event)
      onEvent(account, event)
      return event
    },
  }
  return account
}
