import type { World } from '../core/world'
import type { AccountRow } from './accounts'
import type { EventRequest } from './events'
import { missing } from './protocol/errors'
import { API_VERSION } from './protocol/version'
import type { Owned, Tables } from './tables'
import { tablesOf } from './tables'

/** One thing being done: on which account and mode, when, and by which request (null: by Stripe itself). */
export interface Call {
  readonly world: World
  readonly tables: Tables
  readonly account: AccountRow
  readonly livemode: boolean
  readonly request: EventRequest | null
  /** Of a restricted key; null means everything is allowed. */
  readonly permissions: ReadonlySet<string> | null
  /** `ca_...` of the platform that acts on a connected account; null when the account acts itself. */
  readonly application: string | null
  /** The API version asked for; objects have the current shape whatever it says. */
  readonly version: string
}

/** A call for what happens without a request. Throws when the account does not exist. */
export function automaticCall(world: World, accountId: string, livemode: boolean): Call {
  const account = world.accounts.get(accountId)
  if (account === undefined) throw new RangeError(`no account ${accountId}`)
  return { world, tables: tablesOf(world.store), account, livemode, request: null, permissions: null, application: null, version: API_VERSION }
}

/** What every row of an object starts with. */
export function ownedBy<T extends { id: string }>(call: Call, object: T): Owned<T> {
  return { id: object.id, account: call.account.id, livemode: call.livemode, created: call.world.clock.now(), object }
}

/** Emits an event about an object in this call's account and mode. */
export function emit(call: Call, type: string, object: object, previous?: Record<string, unknown>): void {
  call.world.events.emit({ account: call.account.id, livemode: call.livemode, type, object, previous, request: call.request })
}

/** The row, if it belongs to the call's account and mode. */
export function visible<R extends Owned<object>>(call: Call, row: R | undefined): row is R {
  return row !== undefined && row.account === call.account.id && row.livemode === call.livemode
}

/** The row with that id, or Stripe's "No such ..." error. */
export function find<R extends Owned<object>>(call: Call, table: { get(id: string): R | undefined }, noun: string, id: string, param = 'id'): R {
  const row = table.get(id)
  if (row === undefined || row.account !== call.account.id) throw missing(noun, id, param)
  if (row.livemode !== call.livemode) throw missing(noun, id, param, row.livemode ? 'live' : 'test')
  return row
}

/** Days of sandbox time in seconds. */
export const DAY = 86_400
