import type { Action, Random, StorePlan, TenantPlan, World, WorldOptions } from '../contract'
import { createAccount, type Account, type Thing } from './account'
import { createAftermath } from './aftermath'
import { createAgenda } from './agenda'
import { openBooks, orderKey, type Books } from './books'
import { createPost, type Post } from './deliveries'
import { createElsewhere, type OwnOrder, type Premises } from './elsewhere'
import { createDice } from './faults'
import { expire } from './payment-acts'
import { createPeople, type Customer, type Journey, type Trouble } from './people'
import { addOrder, createShopApi, type Shop } from './shop'
import { createStripeApi, type Door } from './stripe-api'
import { hour, minute, type Act } from './town'

/** The world, and what the checks need to know of it that the engine does not. */
export type SimWorld = World & { books: Books; post: Post; shops: ReadonlyMap<string, Shop>; accounts: ReadonlyMap<string, Account> }

const currencies = ['usd', 'eur', 'jpy', 'kwd'] as const
const words = ['amber', 'birch', 'cedar', 'dune', 'ember', 'fern', 'grove', 'heath'] as const

/**
 * Stripe, the shops and the payers of one history, in memory. Deterministic: the same random numbers and the same calls
 * give the same answers. Time is what the callers say; it never goes back.
 */
export function createWorld(random: Random, options: WorldOptions): SimWorld {
  const dice = createDice(random.fork('faults'), options.faults)
  const books = openBooks()
  const agenda = createAgenda<Act>()
  const plans = makePlans(random.fork('plans'), options)
  const pace = random.fork('pace')
  const post = createPost(plans, random.fork('post'), dice, random.fork('bunch').pick([1, 5_000, 30_000, 120_000, 300_000]))
  const town = { random: random.fork('people'), agenda, books, dice, dayMs: pace.chance(0.15) ? 24 * hour : pace.pick([20, 40, 60]) * minute }
  const aftermath = createAftermath(town)
  const people = createPeople(town, aftermath)
  const accounts = new Map<string, Account>()
  const shops = new Map<string, Shop>()
  const customers = new Map<string, Customer>()
  let now = -Infinity
  let made = 0
  let planDone = false
  let healed = false

  for (const plan of plans) {
    const ids = random.fork(`account ${plan.key}`)
    accounts.set(
      plan.key,
      createAccount(plan.account_id, plan.default_currency, ids, (account, event) => {
        made += 1
        post.post(account, event)
      }),
    )
    for (const store of plan.stores)
      shops.set(`${plan.key}/${store.key}`, { plan: store, currency: store.currency, orders: new Map(), nextId: 100 + ids.int(9_000) })
  }
  const tenantOf = new Map(plans.map((plan) => [plan.account_id, plan.key]))

  const doors: Door[] = plans.map((plan) => ({
    account: accounts.get(plan.key) as Account,
    keys: new Map([
      [plan.keys.checkout, 'checkout'],
      [plan.keys.reader, 'reader'],
      [plan.keys.refund, 'refund'],
    ]),
  }))
  const requestIds = random.fork('requests')
  const stripe = createStripeApi(doors, dice, () => `req_${requestIds.int(0x7fffffff).toString(36)}${requestIds.int(0x7fffffff).toString(36)}`, {
    created(account, session, nowMs) {
      const fact = books.session(tenantOf.get(account.id) as string, session.id, Number(session.amount_total), String(session.currency))
      agenda.add({
        at: Math.max(nowMs, Number(session.expires_at) * 1000),
        who: 'own',
        item: {
          name: 'session_expires',
          run: (at) => {
            if (session.status !== 'open') return
            ended(expire(account, session, at))
            fact.state = 'expired'
            dice.count('stripe.session_expired_by_time')
          },
        },
      })
    },
    handedOver(_account, session, nowMs) {
      const order = books.sessions.get(session.id)?.order
      const customer = order && customers.get(orderKey(order))
      if (customer) people.handed(customer, session, nowMs)
    },
    expired(_account, session, intent) {
      const fact = books.sessions.get(session.id)
      if (fact) fact.state = 'expired'
      ended(intent)
      dice.count('stripe.session_expired_by_call')
    },
  })

  function ended(intent: Thing | null): void {
    const payment = intent && books.payments.get(intent.id)
    if (payment) books.state(payment, 'called_off')
  }
  const apis = [...shops].map(([, shop]) => ({
    host: new URL(shop.plan.url).host,
    call: createShopApi(shop, dice, { chance: options.sluggishShops, random: random.fork(`sluggish ${shop.plan.url}`) }, () => undefined),
  }))

  function start(): void {
    const deal = random.fork('orders')
    const place = (plan: TenantPlan, status: string) => {
      const store = deal.pick(plan.stores)
      const shop = shops.get(`${plan.key}/${store.key}`) as Shop
      const at_shop = addOrder(shop, freshTotal(deal, plan.key, store.currency), status, now - deal.int(2 * hour))
      return { at_shop, order: books.order({ tenant: plan.key, store: store.key, number: String(at_shop.id), currency: store.currency, total: at_shop.total }) }
    }
    for (let i = 0; i < options.orders; i++) {
      const plan = plans[i % plans.length] as TenantPlan
      const { at_shop, order } = place(plan, deal.chance(0.1) ? 'on-hold' : 'pending')
      const customer: Customer = { account: accounts.get(plan.key) as Account, order, at_shop, journeys: journeysOf(deal), asked: 0, trouble: troubleOf(deal) }
      customers.set(orderKey(order), customer)
      people.arrive(customer, now + deal.int(30 * minute))
    }
    const owned = options.orders === 0 ? [] : plans.filter(() => deal.chance(0.6)).map((plan): OwnOrder => place(plan, 'pending'))
    const premises = plans.map((tenant): Premises => ({
      tenant,
      account: accounts.get(tenant.key) as Account,
      currencies: [...new Set(tenant.stores.map((store) => store.currency))],
    }))
    createElsewhere(town, aftermath, premises).begin(options.orders, owned, now)
  }

  function freshTotal(deal: Random, tenant: string, currency: string): number {
    for (;;) {
      const total = currency === 'kwd' ? 10 * (50 + deal.int(90_000)) : 100 + deal.int(currency === 'jpy' ? 200_000 : 90_000)
      if (![...books.orders.values()].some((order) => order.tenant === tenant && order.currency === currency && order.totals.has(total))) return total
    }
  }

  function advance(nowMs: number): void {
    const first = now === -Infinity
    now = Math.max(now, nowMs)
    if (first) start()
    for (let due = agenda.take('own', now); due !== null; due = agenda.take('own', now)) due.run(now)
  }

  return {
    tenants: plans,
    books,
    post,
    shops,
    accounts,
    act(nowMs): Action | null {
      advance(nowMs)
      const due = agenda.take('people', now)
      if (due) return due.run(now) ?? { kind: 'world', name: due.name }
      planDone = !agenda.has('people')
      return planDone ? null : { kind: 'world', name: 'wait' }
    },
    exchange(request, nowMs) {
      advance(nowMs)
      const { host } = new URL(request.url)
      if (host === 'api.stripe.com') return stripe(request, now)
      return apis.find((api) => api.host === host)?.call(request, now) ?? { kind: 'nothing' }
    },
    takeDeliveries(nowMs) {
      advance(nowMs)
      return post.take(now)
    },
    answered: (delivery, status) => post.answered(delivery, status, now),
    nextDueMs() {
      // That nobody has anything left to do is news too: act is to be asked for it.
      // Nobody is asked any more once it is healed: who was given a session after that leaves it.
      const own = healed ? [agenda.nextAt('own')] : [agenda.nextAt(), planDone || agenda.has('people') ? null : now]
      const times = [...own, post.nextAt()].filter((at) => at !== null)
      return times.length === 0 ? null : Math.min(...times)
    },
    nextDeliveryMs: () => post.nextAt(),
    heal() {
      healed = true
      dice.heal()
      post.heal(now)
    },
    hits: () => dice.hits(),
    events: () => made,
  }
}

function makePlans(random: Random, options: WorldOptions): TenantPlan[] {
  const code = (length: number) => Array.from({ length }, () => random.int(36).toString(36)).join('')
  return Array.from({ length: options.tenants }, (_, index) => {
    const name = `${words[index % words.length]}-${code(8)}`
    const stores = Array.from({ length: options.storesPerTenant }, (_unused, place): StorePlan => ({
      key: `s${place}`,
      name: `${name} ${place}`,
      url: `https://s${place}.${name}.example`,
      consumer_key: `ck_${code(24)}`,
      consumer_secret: `cs_${code(24)}`,
      currency: random.pick(currencies),
      time_zone: random.pick(['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo']),
    }))
    return {
      key: `t${index}`,
      slug: name,
      account_id: `acct_1${code(14)}`,
      country: 'US',
      default_currency: random.chance(0.5) ? 'usd' : 'eur',
      keys: { checkout: `rk_test_c${code(20)}`, reader: `rk_test_r${code(20)}`, refund: `rk_test_f${code(20)}` },
      publishable_key: `pk_test_${code(20)}`,
      webhook_secrets: random.chance(0.4) ? [`whsec_${code(28)}`, `whsec_${code(28)}`] : [`whsec_${code(28)}`],
      stores,
    }
  })
}

const journeys: readonly Journey[] = ['card', 'card', 'card', 'declined', 'proof', 'proof_failed', 'debit', 'debit_fails', 'leaves']

function journeysOf(deal: Random): Journey[] {
  return [deal.pick(journeys), deal.pick(journeys), 'card']
}

function troubleOf(deal: Random): Trouble {
  if (!deal.chance(0.25)) return null
  return deal.pick(['cancelled', 'total_changes', 'total_changes', 'paid_elsewhere', 'deleted'] as const)
}
