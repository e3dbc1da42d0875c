import type { Action, Delivery, HttpReply } from '../contract'
import { seededRandom } from '../random'
import { usualFaults } from './faults'
import { createWorld, type SimWorld } from './world'

const start = Date.UTC(2026, 8, 1, 9)

export type Drive = { world: SimWorld; now: number; deliveries: Delivery[]; accepted: Map<string, string>; trace: string[] }

/**
 * One history with a receiver that is no product: it makes a session for each checkout that is asked for, as simply as
 * can be, takes every well-signed delivery and forgets everything else.
 */
export function drive(seed: string, options: { faults?: Record<string, number>; answer?: (delivery: Delivery) => number | null; orders?: number } = {}): Drive {
  const world = createWorld(seededRandom(seed), {
    tenants: 4,
    storesPerTenant: 2,
    orders: options.orders ?? 24,
    faults: options.faults ?? usualFaults,
    sluggishShops: 0,
  })
  const done: Drive = { world, now: start, deliveries: [], accepted: new Map(), trace: [] }
  const answer = options.answer ?? ((delivery) => delivery.expect)
  let healed = false
  for (let steps = 0; steps < 100_000; steps++) {
    for (const delivery of world.takeDeliveries(done.now)) {
      done.deliveries.push(delivery)
      done.trace.push(`${done.now} ${delivery.id} ${delivery.signature}`)
      const status = answer(delivery)
      if (status === 200) done.accepted.set(delivery.event_id, delivery.body)
      world.answered(delivery, status)
    }
    const action = world.act(done.now)
    if (action) done.trace.push(JSON.stringify(action))
    if (action?.kind === 'checkout') checkOut(done, action)
    if (action !== null && !(action.kind === 'world' && action.name === 'wait')) continue
    const due = world.nextDueMs()
    if (due === null) {
      if (healed) return done
      world.heal()
      healed = true
    } else done.now = Math.max(done.now + 1, due)
  }
  throw new Error(`history ${seed} does not end`)
}

/** Reads the order, makes one session per order and total, never two at once. */
function checkOut(done: Drive, ask: Extract<Action, { kind: 'checkout' }>): void {
  const { world } = done
  const tenant = world.tenants.find((one) => one.key === ask.tenant)
  const store = tenant?.stores.find((one) => one.key === ask.store)
  if (!tenant || !store) throw new Error('no such store')
  const authorization = `Basic ${Buffer.from(`${store.consumer_key}:${store.consumer_secret}`).toString('base64')}`
  const read = send(done, 'GET', `${store.url}/wp-json/wc/v3/orders/${ask.order}`, { authorization }, '')
  const order = read?.status === 200 && read.headers['content-type']?.includes('json') ? (JSON.parse(read.body) as Record<string, string>) : null
  const fact = world.books.orders.get(`${ask.tenant}/${ask.store}/${ask.order}`)
  if (!order || !fact || (order.status !== 'pending' && order.status !== 'on-hold')) return
  if (fact.payments.some((payment) => payment.state === 'paid' || payment.state === 'pending')) return
  const open = fact.sessions.find((session) => session.state === 'open')
  if (open && open.amount !== fact.total)
    send(
      done,
      'POST',
      `https://api.stripe.com/v1/checkout/sessions/${open.id}/expire`,
      { authorization: `Bearer ${tenant.keys.checkout}`, 'idempotency-key': `end-${open.id}` },
      '',
    )
  if (fact.sessions.some((session) => session.state === 'open')) return
  const body = `ui_mode=elements&mode=payment&return_url=https%3A%2F%2Fm.example&client_reference_id=att_${fact.sessions.length}&line_items[0][quantity]=1&line_items[0][price_data][currency]=${fact.currency}&line_items[0][price_data][unit_amount]=${fact.total}&metadata[a]=b`
  send(
    done,
    'POST',
    'https://api.stripe.com/v1/checkout/sessions',
    { authorization: `Bearer ${tenant.keys.checkout}`, 'idempotency-key': `make-${ask.tenant}-${ask.order}-${fact.sessions.length}` },
    body,
  )
}

export function send(done: Drive, method: string, url: string, headers: Record<string, string>, body: string): HttpReply | null {
  const exchange = done.world.exchange({ method, url, headers, body }, done.now)
  done.trace.push(`${method} ${url} ${exchange.kind}`)
  return exchange.kind === 'reply' ? exchange.reply : null
}
