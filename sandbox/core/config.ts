import type { Collection, Row, Store } from './store'

/** What the control API may change while the sandbox runs. Times in seconds of sandbox time unless named otherwise. */
export interface SandboxSettings {
  /** Wall time every Stripe API request takes before it is executed, so that two equal idempotency keys can meet. */
  readonly latencyMs: number
  /** From a payment's success to its balance transaction (capture_method automatic_async). */
  readonly asyncCaptureSeconds: number
  /** From a bank debit's confirmation to its success or failure. */
  readonly delayedMethodSeconds: number
  /** From creation to the end of a pending refund, and to the failure of one that fails later. */
  readonly refundSettleSeconds: number
  /** From a balance transaction to its being available. */
  readonly availableAfterSeconds: number
  /** Idempotency keys are forgotten after this time. */
  readonly idempotencyTtlSeconds: number
}

export const DEFAULT_SETTINGS: SandboxSettings = {
  latencyMs: 0,
  asyncCaptureSeconds: 2,
  delayedMethodSeconds: 4 * 86_400,
  refundSettleSeconds: 2 * 86_400,
  availableAfterSeconds: 2 * 86_400,
  idempotencyTtlSeconds: 86_400,
}

interface SettingsRow extends Row {
  readonly id: 'settings'
  readonly values: Partial<SandboxSettings>
}

/** The settings, journaled. Read them as `world.config.values.asyncCaptureSeconds`. */
export class Config {
  private readonly rows: Collection<SettingsRow>
  private current: SandboxSettings

  constructor(store: Store, overrides: Partial<SandboxSettings> = {}) {
    this.rows = store.collection<SettingsRow>('settings')
    this.current = { ...DEFAULT_SETTINGS, ...overrides, ...this.rows.get('settings')?.values }
  }

  get values(): SandboxSettings {
    return this.current
  }

  /** Throws a RangeError when a value is not a number >= 0 or a name is unknown. */
  set(change: Record<string, unknown>): SandboxSettings {
    const clean: Record<string, number> = {}
    for (const [name, value] of Object.entries(change)) {
      if (!(name in DEFAULT_SETTINGS)) throw new RangeError(`unknown setting ${name}`)
      if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw new RangeError(`${name} must be a number >= 0`)
      clean[name] = value
    }
    const values = { ...this.rows.get('settings')?.values, ...clean }
    this.rows.put({ id: 'settings', values })
    this.current = { ...this.current, ...clean }
    return this.current
  }
}
