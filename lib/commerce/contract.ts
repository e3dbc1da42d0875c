import { Fault } from '@/lib/kernel/fault'
import type { StoreOrder } from './core/order'

export type { LineKind, OrderProblem, Standing, StoreClaim, StoreLine, StoreOrder } from './core/order'
export { cleanOrNull, cleanText } from './core/clean-text'

/** How to reach one store. `credentials` carry the origin they were entered for: they are sent nowhere else. */
export type StoreAccess = {
  base_url: string
  credentials: { origin: string } & Record<string, string>
  /** Wall time after which nothing may be sent any more. */
  notAfterMs?: number
}

/** What a connector cannot do, with a sentence for a person. */
export type Unsupported = { unsupported: string }
export type Ability<F> = F | Unsupported

export type OrderPage = {
  orders: StoreOrder[]
  /** Orders that were there and could not be understood. */
  unreadable: { external_id: string | null; reason: string }[]
  /** Where this run goes on; null at its end. */
  next: string | null
  /** Everything modified up to here has been seen: safe to keep across runs. */
  position: Date | null
}

export type StoreNote = { external_id: string; text: string }

export type WebhookCall = { raw: Buffer; header(name: string): string | null; secret: string }
export type WebhookVerdict =
  | { kind: 'ping' }
  | { kind: 'refused'; reason: 'no_signature' | 'wrong_signature' | 'unreadable' }
  | { kind: 'ignored'; reason: string }
  | { kind: 'changed' | 'deleted'; external_id: string }

/**
 * What every kind of store must answer. All calls go over lib/outbound; none touches the database. Errors are Faults of
 * lib/commerce/errors.ts or lib/outbound; `retryable` says whether later may be better. A write without an answer ends in
 * `writeUnsettled`, whatever kept the answer away.
 */
export type Connector = {
  platform: string
  name: string
  /** What a person enters, by name. `secret` fields are write-only. */
  credential_fields: { name: string; label: string; secret: boolean }[]
  /** Checks a set of credentials before it is kept. @throws Fault `invalid_field`. */
  checkCredentials(credentials: Record<string, string>): void
  /** One order, or null when the store says that it has none of that id. */
  readOrder(access: StoreAccess, externalId: string): Promise<StoreOrder | null>
  /** Orders changed after an instant (null: all), oldest change first. `next` is what the page before returned. */
  listChangedOrders: Ability<(access: StoreAccess, after: Date | null, next: string | null) => Promise<OrderPage>>
  /**
   * Tells the store that an order is paid. `order` is the order as just read. `insist` only after a try that the store
   * accepted and did not follow: it may keep a store from completing the payment itself. Returns what was sent, for the receipt.
   */
  markPaid: Ability<
    (access: StoreAccess, order: StoreOrder, payment: { reference: string; payment: string; insist: boolean }) => Promise<Record<string, unknown>>
  >
  /** Adds a note that carries `key`, so that listNotes finds it again. */
  addNote: Ability<(access: StoreAccess, externalId: string, note: { text: string; key: string }) => Promise<StoreNote>>
  listNotes: Ability<(access: StoreAccess, externalId: string) => Promise<StoreNote[]>>
  /** Makes the store tell us about changed orders; asking twice is asking once. Returns the topics. */
  registerWebhooks: Ability<(access: StoreAccess, hook: { url: string; secret: string }) => Promise<string[]>>
  /** Pure: does this call come from the store, and what does it say? */
  verifyWebhook: Ability<(call: WebhookCall) => WebhookVerdict>
}

export type AbilityName = 'listChangedOrders' | 'markPaid' | 'addNote' | 'listNotes' | 'registerWebhooks' | 'verifyWebhook'
type Able<Name extends AbilityName> = Exclude<Connector[Name], Unsupported>

/** The function behind an ability. @throws Fault `store_cannot` with the connector's sentence. */
export function ability<Name extends AbilityName>(connector: Connector, name: Name): Able<Name> {
  const found: Ability<unknown> = connector[name]
  if (typeof found === 'function') return found as Able<Name>
  throw new Fault('store_cannot', 422, (found as Unsupported).unsupported, { remedy: `Do it by hand in ${connector.name}.` })
}

export function can(connector: Connector, name: AbilityName): boolean {
  return typeof connector[name] === 'function'
}

/** The store answered, but with no data we can use. Counts against the store: a log-in wall is an outage for us. */
export function replyUnreadable(host: string, what: string): Fault {
  return new Fault('store_reply_unreadable', 502, `${host} answered with ${what}.`, {
    retryable: true,
    remedy: 'Open the address in a browser: a log-in wall, a maintenance page or a security plugin in front of the API must let it through.',
  })
}

export const credentialsRefusedCode = 'store_credentials_refused'

export function credentialsRefused(host: string): Fault {
  return new Fault(credentialsRefusedCode, 502, `${host} refused our keys.`, {
    remedy: 'Make new API keys with read and write permission in the store and enter them here.',
  })
}

export function storeBusy(host: string): Fault {
  return new Fault('store_busy', 503, `${host} asks us to slow down.`, { retryable: true })
}

export function storeFailing(host: string, status: number): Fault {
  return new Fault('store_failing', 502, `${host} failed with HTTP ${status}.`, { retryable: true, remedy: 'If it stays, look at the error log of the store.' })
}

export const unsettledCode = 'store_write_unsettled'

/** A write whose answer we do not have: a store that is slow does it yet. Who repeats it waits until it is done or never will be, and looks first. */
export function writeUnsettled(why: string, cause?: unknown): Fault {
  return new Fault(unsettledCode, 504, `${why} It may do all the same what it was asked for.`, {
    retryable: true,
    remedy: 'If it stays, look at what makes the store slow.',
    cause,
  })
}

export function requestRefused(host: string, status: number, code: string): Fault {
  return new Fault('store_refused_request', 502, `${host} refused the request (HTTP ${status}, ${code}).`, { remedy: 'Look at the order in the store.' })
}

/** While a shop is updated its API is away for a moment. */
export function apiMissing(host: string, remedy: string): Fault {
  return new Fault('store_api_missing', 502, `${host} has no API of a store under this address.`, { retryable: true, remedy })
}

export function orderUnreadable(host: string, field: string): Fault {
  return new Fault('store_order_unreadable', 502, `${host} sent an order whose field ${field} is not readable.`, {
    remedy: 'Open the order in the store and save it again; look for a plugin that changes its API.',
  })
}
