import { newId, randomText } from '../core/ids'
import type { Clock } from '../core/clock'
import type { Collection, Row, Store } from '../core/store'

export type AccountKind = 'platform' | 'connected' | 'own'
export type Mode = 'live' | 'test'

export interface ModeKeys {
  readonly secret: string
  readonly publishable: string
}

/** A Stripe account of the sandbox. Connected accounts belong to a platform until they disconnect. */
export interface AccountRow extends Row {
  readonly id: string
  readonly kind: AccountKind
  readonly name: string
  readonly country: string
  readonly default_currency: string
  readonly platform: string | null
  readonly created: number
  readonly keys: { readonly live: ModeKeys; readonly test: ModeKeys }
}

export interface RestrictedKeyRow extends Row {
  /** The key itself (`rk_live_...`). */
  readonly id: string
  readonly account: string
  readonly mode: Mode
  readonly name: string
  readonly permissions: readonly string[]
}

export interface KeyOwner {
  readonly account: AccountRow
  readonly mode: Mode
  readonly type: 'secret' | 'publishable' | 'restricted'
  /** Of a restricted key; null for the others. */
  readonly permissions: ReadonlySet<string> | null
}

export interface NewAccount {
  readonly name: string
  /** ISO 3166 alpha-2, e.g. `US`. */
  readonly country: string
  /** ISO 4217, lower case. */
  readonly default_currency: string
  readonly kind: AccountKind
  /** Of a connected account; the oldest platform when left out. */
  readonly platform?: string
  /** Preset keys; random ones when left out. */
  readonly keys?: { readonly live: ModeKeys; readonly test: ModeKeys }
  readonly id?: string
}

/** The accounts and their keys. */
export class Accounts {
  readonly rows: Collection<AccountRow>
  private readonly restricted: Collection<RestrictedKeyRow>
  private readonly owners = new Map<string, KeyOwner>()

  constructor(
    store: Store,
    private readonly clock: Clock,
  ) {
    this.rows = store.collection<AccountRow>('account').index('kind', (account) => account.kind)
    this.restricted = store.collection<RestrictedKeyRow>('restricted_key').index('account', (key) => key.account)
    for (const account of this.rows.all()) this.remember(account)
    for (const key of this.restricted.all()) this.rememberRestricted(key)
  }

  get(id: string): AccountRow | undefined {
    return this.rows.get(id)
  }

  all(): AccountRow[] {
    return [...this.rows.all()]
  }

  /** The oldest platform, made at the first start. */
  platform(): AccountRow {
    const first = this.rows.by('kind', 'platform')[0]
    if (first === undefined) throw new Error('the sandbox has no platform account')
    return first
  }

  /** Throws a RangeError when country or currency is malformed or the platform does not exist. */
  createAccount(input: NewAccount): AccountRow {
    if (!/^[A-Z]{2}$/.test(input.country)) throw new RangeError('country must be two capital letters')
    if (!/^[a-z]{3}$/.test(input.default_currency)) throw new RangeError('default_currency must be three small letters')
    const platform = input.kind === 'connected' ? (input.platform ?? this.platform().id) : null
    if (platform !== null && this.rows.get(platform)?.kind !== 'platform') throw new RangeError(`no platform ${platform}`)
    const account = this.rows.put({
      id: input.id ?? newId('acct', 16),
      kind: input.kind,
      name: input.name,
      country: input.country,
      default_currency: input.default_currency,
      platform,
      created: this.clock.now(),
      keys: input.keys ?? { live: newKeys('live'), test: newKeys('test') },
    })
    this.remember(account)
    return account
  }

  /** A restricted key with permissions such as `checkout_session_write` (write includes read). */
  createRestrictedKey(account: string, input: { mode: Mode; name: string; permissions: readonly string[]; key?: string }): RestrictedKeyRow {
    if (this.rows.get(account) === undefined) throw new RangeError(`no account ${account}`)
    const key = this.restricted.put({
      id: input.key ?? `rk_${input.mode}_${randomText(48)}`,
      account,
      mode: input.mode,
      name: input.name,
      permissions: [...input.permissions],
    })
    this.rememberRestricted(key)
    return key
  }

  restrictedKeys(account: string): RestrictedKeyRow[] {
    return this.restricted.by('account', account)
  }

  revokeRestrictedKey(key: string): boolean {
    this.owners.delete(key)
    return this.restricted.delete(key)
  }

  /** Takes a connected account away from its platform: calls with Stripe-Account then answer 403 account_invalid. */
  disconnect(account: string): AccountRow {
    const row = this.rows.get(account)
    if (row === undefined || row.kind !== 'connected') throw new RangeError(`no connected account ${account}`)
    const updated = this.rows.put({ ...row, platform: null })
    this.remember(updated)
    return updated
  }

  /** Whose key this is, or undefined. */
  ownerOf(key: string): KeyOwner | undefined {
    return this.owners.get(key)
  }

  private remember(account: AccountRow): void {
    for (const mode of ['live', 'test'] as const) {
      this.owners.set(account.keys[mode].secret, { account, mode, type: 'secret', permissions: null })
      this.owners.set(account.keys[mode].publishable, { account, mode, type: 'publishable', permissions: null })
    }
    for (const key of this.restricted.by('account', account.id)) this.rememberRestricted(key)
  }

  private rememberRestricted(key: RestrictedKeyRow): void {
    const account = this.rows.get(key.account)
    if (account === undefined) return
    this.owners.set(key.id, { account, mode: key.mode, type: 'restricted', permissions: new Set(key.permissions) })
  }
}

function newKeys(mode: Mode): ModeKeys {
  return { secret: `sk_${mode}_${randomText(48)}`, publishable: `pk_${mode}_${randomText(48)}` }
}
