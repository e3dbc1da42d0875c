import { createHmac } from 'node:crypto'
import type { Delivery, Random, TenantPlan } from '../contract'
import { idMaker, seconds, type Account, type StripeEvent } from './account'
import type { Dice } from './faults'

/** What a stored delivery must come to: `settled` is whatever the fold makes of a proper event. */
export type Fate = 'settled' | 'misrouted' | 'ignored' | 'refused'

/** One body that is delivered until it is taken. `account`, `livemode`: what the row must say of itself. */
export type Letter = {
  key: string
  tenant: string
  event_id: string
  body: string
  type: string
  account: string
  livemode: boolean
  fate: Fate
  /** A repeat whose contents differ from what was stored first. */
  alarm: boolean
  /** How often it was answered 200. */
  taken: number
  tries: number
}

/** Where a tenant has two secrets, Stripe signs with the old one for a day; who found it signs with it afterwards. */
type Due = { at: number; seq: number; letter: Letter; secret: 'current' | 'old' | 'wrong'; repeat: boolean }

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** Wait before the n-th try again; Stripe goes on for three days. */
const waits = [minute, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour, 12 * hour, 12 * hour, 20 * hour]

export type Post = {
  /** An event was made: it will be delivered, one way or another. */
  post(account: Account, event: StripeEvent): void
  take(nowMs: number): Delivery[]
  answered(delivery: Delivery, status: number | null, nowMs: number): void
  nextAt(): number | null
  heal(nowMs: number): void
  /** Everything that was ever put on the way, by key. */
  letters: ReadonlyMap<string, Letter>
  /** Ids of events that no delivery ever carries. */
  withheld: ReadonlySet<string>
}

/** Signed deliveries with retries, and all that can go wrong on the way. They leave together, every `bunchMs`. */
export function createPost(tenants: readonly TenantPlan[], random: Random, dice: Dice, bunchMs: number): Post {
  const newId = idMaker(random.fork('ids'))
  const byAccount = new Map(tenants.map((tenant) => [tenant.account_id, tenant]))
  const byKey = new Map(tenants.map((tenant) => [tenant.key, tenant]))
  const letters = new Map<string, Letter>()
  const onTheWay = new Map<string, Due>()
  const withheld = new Set<string>()
  const queue: Due[] = []
  let seq = 0
  /** The secrets of those who have two were replaced before the first event. */
  let firstMs: number | null = null

  const later = (ms: number) => Math.round(ms * (0.05 + random.next()))
  function write(letter: Omit<Letter, 'taken' | 'tries' | 'alarm' | 'key'> & { alarm?: boolean }): Letter {
    const made = { alarm: false, ...letter, key: `${letters.size}`, taken: 0, tries: 0 }
    letters.set(made.key, made)
    return made
  }
  function send(letter: Letter, soonest: number, secret: Due['secret'] = 'current', repeat = false): void {
    const at = Math.ceil(soonest / bunchMs) * bunchMs
    const due = { at, seq: seq++, letter, secret, repeat }
    // Insert from the end: what is new is mostly late.
    let place = queue.length
    while (place > 0 && (queue[place - 1] as Due).at > at) place--
    queue.splice(place, 0, due)
  }

  return {
    letters,
    withheld,
    post(account, event) {
      firstMs ??= event.made_ms
      const tenant = byAccount.get(account.id) as TenantPlan
      const at = event.made_ms + 200 + random.int(3_000)
      const about = { tenant: tenant.key, event_id: event.id, type: event.type, account: account.id, livemode: false }
      strange(tenant, account, event, at)
      if (dice.met('delivery.lost')) {
        withheld.add(event.id)
        return
      }
      const body = dice.met('delivery.other_release') ? event.body.replace(/"api_version":"[^"]+"/, '"api_version":"2025-08-27.basil"') : event.body
      const letter = write({ ...about, body, fate: 'settled' })
      const due = dice.met('delivery.disorder') ? event.made_ms + later(6 * hour) : dice.met('delivery.late') ? event.made_ms + day + later(2 * day) : at
      const secret = tenant.webhook_secrets.length > 1 && dice.met('delivery.old_secret') ? 'old' : 'current'
      send(letter, due, secret)
      if (dice.met('delivery.simultaneous')) send(letter, due, secret, true)
      for (let copies = dice.met('delivery.duplicate') ? 1 + random.int(4) : 0; copies > 0; copies--) send(letter, due + later(2 * hour), secret, true)
    },
    take(nowMs) {
      let count = 0
      while (count < queue.length && (queue[count] as Due).at <= nowMs) count++
      return queue.splice(0, count).map((due) => {
        const tenant = byKey.get(due.letter.tenant) as TenantPlan
        const delivery: Delivery = {
          id: `d${due.seq}`,
          tenant: tenant.key,
          body: due.letter.body,
          signature: sign(due.letter.body, secretOf(tenant, due.secret, firstMs === null ? 0 : nowMs - firstMs), seconds(nowMs)),
          event_id: due.letter.event_id,
          expect: due.letter.fate === 'refused' ? 400 : 200,
        }
        onTheWay.set(delivery.id, due)
        return delivery
      })
    },
    answered(delivery, status, nowMs) {
      const due = onTheWay.get(delivery.id)
      if (!due) return
      onTheWay.delete(delivery.id)
      const { letter } = due
      letter.tries += 1
      if (status !== null && status >= 200 && status < 300) {
        letter.taken += 1
        if (letter.taken === 1 && letter.fate === 'settled' && !letter.alarm && dice.met('delivery.other_body')) {
          const other = letter.body.replace('"pending_webhooks":1', '"pending_webhooks":1,"sim_note":"not the same"')
          send(write({ ...letter, body: other, alarm: true }), nowMs + later(hour))
        }
        return
      }
      // A forged or repeated one is not sent again: the first goes on by itself.
      if (letter.fate === 'refused' || (due.repeat && letter.taken > 0)) return
      const wait = dice.healed ? 5_000 : (waits[Math.min(letter.tries - 1, waits.length - 1)] as number)
      send(letter, nowMs + wait, due.secret, due.repeat)
    },
    nextAt: () => queue[0]?.at ?? null,
    heal(nowMs) {
      for (const due of queue) due.at = Math.min(due.at, nowMs + 1_000 + 12_000 * random.int(5))
      queue.sort((a, b) => a.at - b.at || a.seq - b.seq)
    },
  }

  /** What comes besides the event itself: forged, of another mode or account, thin, of an unknown type. */
  function strange(tenant: TenantPlan, account: Account, event: StripeEvent, at: number): void {
    const about = { tenant: tenant.key, type: event.type, account: account.id, livemode: false }
    const renamed = (id: string) => event.body.replace(event.id, id)
    if (dice.met('delivery.wrong_secret')) {
      // Half of them name an event that exists: a forger may know ids, and must not get in before it.
      const id = random.chance(0.5) ? event.id : newId('evt')
      send(write({ ...about, event_id: id, body: renamed(id), fate: 'refused' }), at - 100, 'wrong')
    }
    if (dice.met('delivery.other_mode')) {
      const body = event.body.replace('"livemode":false,"pending_webhooks"', '"livemode":true,"pending_webhooks"')
      send(write({ ...about, livemode: true, event_id: event.id, body, fate: 'misrouted' }), at - 50)
    }
    if (dice.met('delivery.misrouted') && tenants.length > 1) {
      // Another tenant's endpoint gets it, properly signed there: a platform that the account is connected to.
      const others = tenants.filter((other) => other !== tenant)
      const body = event.body.replace('{', `{"account":"${account.id}",`)
      send(write({ ...about, tenant: random.pick(others).key, event_id: event.id, body, fate: 'misrouted' }), at + (random.chance(0.5) ? -100 : 60_000))
    }
    if (dice.met('delivery.thin')) {
      const id = newId('evt_test')
      const ofAccount = random.chance(0.5)
      const type = ofAccount ? 'v2.core.account[requirements].updated' : `v1.${event.type}`
      const related = ofAccount
        ? { id: account.id, type: 'v2.core.account', url: `/v2/core/accounts/${account.id}` }
        : { id: event.object_id, type: 'object', url: `/v1/x/${event.object_id}` }
      const created = new Date(event.created * 1000).toISOString()
      const body = JSON.stringify({ id, object: 'v2.core.event', type, created, livemode: false, related_object: related })
      send(write({ ...about, event_id: id, type, body, fate: 'ignored' }), at)
    }
    if (dice.met('delivery.unknown_type')) {
      const id = newId('evt')
      const type = random.pick(['radar.early_fraud_warning.created', 'tomorrow.thing.invented', 'customer.updated'])
      const object = { id: newId('thg'), object: type.split('.').slice(0, -1).join('.'), created: event.created, charge: event.object_id }
      const body = JSON.stringify({
        id,
        object: 'event',
        api_version: '2026-10-28.endive',
        created: event.created,
        data: { object },
        livemode: false,
        pending_webhooks: 1,
        request: null,
        type,
      })
      send(write({ ...about, event_id: id, type, body, fate: 'ignored' }), at)
    }
  }
}

/** The hours about the end of a secret are left out: what is signed then meets clocks that differ, and was on the way. */
function secretOf(tenant: TenantPlan, which: Due['secret'], sinceMs: number): string {
  const [current, old] = tenant.webhook_secrets as [string, string?]
  if (which === 'wrong') return old !== undefined && sinceMs > day + 2 * hour ? old : 'whsec_of_somebody_else'
  return which === 'old' && old !== undefined && sinceMs < day - 2 * hour ? old : current
}

/** Stripe's scheme v1: HMAC-SHA256 of `<t>.<raw body>` under the whole secret (docs.stripe.com/webhooks/signature). */
export function sign(body: string, secret: string, at: number): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`
}
