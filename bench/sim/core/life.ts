import type { StripeObject } from '@/lib/inbox/core/event'
import type { Random } from '../contract'

/** What an object was from one moment on. `seq` orders everything that ever happened; `second` is what Stripe's clock showed. */
export type Version = { seq: number; second: number; id: string; object: StripeObject }
/** One event, with the snapshot that was frozen when it was made. */
export type Told = {
  seq: number
  second: number
  type: string
  id: string
  object: StripeObject
  previous: Record<string, unknown> | null
  api_version: string
}

export const ourApi = '2026-10-28.endive'
export const otherApi = '2025-06-30.basil'

/** How a life goes: how often no second passes, how often an event comes in another API's shape, and whether Stripe grew new words. */
export type Manner = { burst: number; otherApi: number; newWords: boolean }

/**
 * What happened at Stripe to a few objects, written down: every version with its second, every event with its snapshot.
 * A life knows nothing of the product; deliveries and reads are made of it afterwards.
 */
export class Life {
  readonly versions: Version[] = []
  readonly told: Told[] = []
  /** True when something is so that the events do not tell: then only a read can know, and every run ends with one. */
  silent = false
  second: number
  private seq = 0
  private count = 0
  private readonly last = new Map<string, { object: StripeObject; before: Record<string, unknown> }>()

  constructor(
    readonly random: Random,
    readonly manner: Manner,
  ) {
    this.second = 1_790_000_000 + random.int(86_400)
  }

  /** An id whose text says nothing about its age. */
  id(prefix: string): string {
    return `${prefix}_${this.random.int(1_679_616).toString(36)}${this.count++}`
  }

  /** Time passes, or does not: a busy second holds several events. */
  wait(): void {
    if (this.random.chance(this.manner.burst)) return
    this.second += this.random.pick([1, 1, 1, 2, 3, 10, 60, 600, 86_400, 86_400 * 6])
  }

  make(object: StripeObject & { id: string }): string {
    this.keep(object.id, object, {})
    return object.id
  }

  change(id: string, over: Record<string, unknown>): void {
    const before = this.now(id)
    const previous: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(over)) if (JSON.stringify(before[name]) !== JSON.stringify(value)) previous[name] = before[name]
    this.keep(id, { ...before, ...over }, previous)
  }

  now(id: string): StripeObject {
    const known = this.last.get(id)
    if (!known) throw new Error(`there is no ${id}`)
    return known.object
  }

  tell(type: string, id: string): void {
    const known = this.last.get(id)
    if (!known) throw new Error(`there is no ${id}`)
    const names = Object.keys(known.before).length > 0 && (type.endsWith('.updated') || type === 'charge.refunded')
    this.told.push({
      seq: ++this.seq,
      second: this.second,
      type,
      id,
      object: known.object,
      previous: names ? known.before : null,
      api_version: this.random.chance(this.manner.otherApi) ? otherApi : ourApi,
    })
  }

  /** An event whose snapshot was never so: no read says it. */
  tellFalsely(type: string, id: string, over: Record<string, unknown>): void {
    this.told.push({ seq: ++this.seq, second: this.second, type, id, object: { ...this.now(id), ...over }, previous: null, api_version: ourApi })
    this.silent = true
  }

  /** Events of one moment are numbered in any order. */
  tellAll(events: readonly (readonly [type: string, id: string])[]): void {
    for (const [type, id] of this.random.shuffle(events)) this.tell(type, id)
  }

  private keep(id: string, object: StripeObject, before: Record<string, unknown>): void {
    this.versions.push({ seq: ++this.seq, second: this.second, id, object })
    this.last.set(id, { object, before })
  }
}

/** What Stripe would have answered at that moment; null when the object did not exist yet. */
export function objectAt(versions: readonly Version[], id: string, seq: number): StripeObject | null {
  let found: StripeObject | null = null
  for (const version of versions) {
    if (version.seq > seq) break
    if (version.id === id) found = version.object
  }
  return found
}

/** Everything there was at that moment, by id. */
export function allAt(versions: readonly Version[], seq: number): Map<string, StripeObject> {
  const all = new Map<string, StripeObject>()
  for (const version of versions) {
    if (version.seq > seq) break
    all.set(version.id, version.object)
  }
  return all
}
