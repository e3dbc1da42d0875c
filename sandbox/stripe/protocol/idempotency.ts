import { createHash } from 'node:crypto'
import type { Form, FormValue } from '../../core/http'
import type { World } from '../../core/world'
import type { Collection } from '../../core/store'
import { scopeOf } from '../events'
import { tablesOf, type IdempotencyRow } from '../tables'
import { ApiError, invalidParam } from './errors'

/** Same parameters in another order are the same request. */
function canonical(value: FormValue): FormValue {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value === 'string') return value
  const sorted: Form = {}
  for (const key of Object.keys(value).sort()) {
    const item = value[key]
    if (item !== undefined) sorted[key] = canonical(item)
  }
  return sorted
}

export function fingerprintOf(method: string, path: string, form: Form): string {
  return createHash('sha256')
    .update(`${method} ${path} ${JSON.stringify(canonical(form))}`)
    .digest('base64')
}

/** What to do with a request that carries a key: answer again what was answered, or execute it. */
export type Claim = { readonly replay: IdempotencyRow } | { readonly claim: Claimed }

export interface Claimed {
  /** Remembers the answer and frees the key. */
  keep(status: number, body: string, requestId: string): void
  /** Frees the key without remembering anything. */
  release(): void
}

/** Idempotency keys, per account and mode (docs.stripe.com/api/idempotent_requests, docs.stripe.com/error-low-level). */
export class IdempotencyKeys {
  private readonly rows: Collection<IdempotencyRow>
  private readonly running = new Map<string, string>()

  constructor(private readonly world: World) {
    this.rows = tablesOf(world.store).idempotency
  }

  /** Throws 400 for other parameters under the same key, 409 while the first request is running. */
  begin(account: string, livemode: boolean, key: string, fingerprint: string): Claim {
    if (key.length > 255) throw invalidParam('idempotency_key', 'Idempotency keys can have up to 255 characters.')
    this.prune()
    const id = `${scopeOf(account, livemode)}:${key}`
    const running = this.running.get(id)
    const before = this.rows.get(id)
    const used = running ?? before?.fingerprint
    if (used !== undefined && used !== fingerprint) {
      throw new ApiError(
        400,
        {
          type: 'idempotency_error',
          message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
        },
        false,
      )
    }
    if (running !== undefined) {
      throw new ApiError(
        409,
        {
          type: 'idempotency_error',
          code: 'idempotency_key_in_use',
          message: `There is currently another in-progress request using this Idempotency Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
        },
        false,
      )
    }
    if (before !== undefined) return { replay: before }
    this.running.set(id, fingerprint)
    return {
      claim: {
        keep: (status, body, requestId) => {
          this.running.delete(id)
          this.rows.put({ id, fingerprint, status, body, request_id: requestId, created: this.world.clock.now() })
        },
        release: () => void this.running.delete(id),
      },
    }
  }

  /** Forgets the keys whose time is over; the oldest come first. */
  private prune(): void {
    const before = this.world.clock.now() - this.world.config.values.idempotencyTtlSeconds
    for (const row of this.rows.all()) {
      if (row.created > before) break
      this.rows.delete(row.id)
    }
  }
}
