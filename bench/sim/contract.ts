/**
 * What the engine (scheduler, workers, database) and the world (Stripe, shops, payers) know of each other. The world
 * is deterministic: the same random numbers and the same calls give the same answers. It imports nothing of the
 * product, and nothing here may.
 */

/** Seeded random numbers. `fork` gives an independent stream, so that one part may change without moving another. */
export type Random = {
  /** In [0, 1). */
  next(): number
  /** A whole number in [0, below). */
  int(below: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  shuffle<T>(list: readonly T[]): T[]
  fork(name: string): Random
}

/** Probability by fault name; a fault that is absent is off. Each seed turns a random subset on. */
export type Faults = Record<string, number>

/** `sluggishShops`: how often a shop does what it is told only after nobody waits for its answer any more. */
export type WorldOptions = { tenants: number; storesPerTenant: number; orders: number; faults: Faults; sluggishShops: number }

/** One merchant as the engine has to enter it into the product before a history begins. */
export type TenantPlan = {
  key: string
  slug: string
  account_id: string
  country: string
  default_currency: string
  /** What the product is given as its restricted keys; the world refuses any other. */
  keys: { checkout: string; reader: string; refund: string }
  publishable_key: string
  /** Current signing secret first; a second one while it is being replaced. */
  webhook_secrets: string[]
  stores: StorePlan[]
}

export type StorePlan = { key: string; name: string; url: string; consumer_key: string; consumer_secret: string; currency: string; time_zone: string }

export type HttpRequest = { method: string; url: string; headers: Record<string, string>; body: string }
export type HttpReply = { status: number; headers: Record<string, string>; body: string }
/** `nothing`: it never arrived. `lost`: it arrived and had its effect, the answer did not. */
export type Exchange = { kind: 'reply'; reply: HttpReply } | { kind: 'nothing' } | { kind: 'lost' }

/** One POST to the product's webhook address of a tenant, signed at the moment of takeDeliveries. `expect`: what a correct receiver answers when its database is up. */
export type Delivery = { id: string; tenant: string; body: string; signature: string; event_id: string; expect: 200 | 400 }

/** What happens next: the world has done it itself (`wait`: nothing is due before nextDueMs), or the product is to be asked. `order`: the id that its shop gives it. */
export type Action =
  { kind: 'world'; name: string } | { kind: 'checkout'; tenant: string; store: string; order: string } | { kind: 'look'; tenant: string; session: string }

export type World = {
  tenants: readonly TenantPlan[]
  /** The next thing that a person or a bank does, at this business time; null when the history's plan is done. */
  act(nowMs: number): Action | null
  /** The product calls Stripe (api.stripe.com) or a shop (its url); answered at once, without a socket. */
  exchange(request: HttpRequest, nowMs: number): Exchange
  /** Deliveries that are due, each once; the engine posts them and tells how each was answered (null: no answer). */
  takeDeliveries(nowMs: number): Delivery[]
  answered(delivery: Delivery, status: number | null): void
  /** When the next delivery or other thing of the world's own is due, business milliseconds; null when nothing is. */
  nextDueMs(): number | null
  /** When the next delivery is due; null when none is on its way. */
  nextDeliveryMs(): number | null
  /** From now on nothing fails: what was withheld for ever stays withheld, the rest is delivered. */
  heal(): void
  /** How often each fault was really met, by name. */
  hits(): Record<string, number>
  /** How many events it has made. */
  events(): number
}
