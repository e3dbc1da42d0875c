import { publicId } from '@/lib/kernel/public-id'
import type { DemoStore, DemoTenant } from '@/scripts/seed/tenants'
import type { Random } from '../contract'

export type Ordered = { store: DemoStore; id: number }

type Session = { client_secret: string; publishable_key: string; account: string | null }
type Paid = { outcome: string; payment_intent: { id: string } | null }

/** What happened so far, for those who come after: intents that may be refunded or disputed. */
export type Town = { orders: Ordered[]; paid: { store: DemoStore; intent: string }[]; deeds: Map<string, number> }

const visa = '4242424242424242'
/** Cards of docs.stripe.com/testing: plain, then one that a dispute follows, refunds that fail or wait, 3-D Secure, declines. */
const cards = [visa, visa, visa, '5555555555554444', '4000000000000077', '4000000000000259', '4000000000005126', '4000000000007726', '4000000000002685']

/** Asks the sandbox or the product until somebody answers or the time is over; what is down comes back. */
async function insist<T>(work: () => Promise<T>, until: number): Promise<T | null> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (performance.now() > until || (error as { final?: boolean }).final) return null
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
  }
}

async function json<T>(method: string, url: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    signal: AbortSignal.timeout(20_000),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) {
    const passing = answer.status >= 500 || /in_progress|session_not_ended|try_again/.test(text)
    throw Object.assign(new Error(`${method} ${url}: ${answer.status} ${text.slice(0, 300)}`), { final: !passing })
  }
  return JSON.parse(text) as T
}

export const control = (sandboxUrl: string) => ({
  get: <T>(path: string) => json<T>('GET', `${sandboxUrl}/_sandbox${path}`),
  post: <T>(path: string, body: unknown = {}) => json<T>('POST', `${sandboxUrl}/_sandbox${path}`, body),
  remove: (path: string) => json<unknown>('DELETE', `${sandboxUrl}/_sandbox${path}`),
})
export type Control = ReturnType<typeof control>

/** One customer: orders, is given a checkout by the product, and pays or does not. */
export async function customer(town: Town, webUrl: string, sandbox: Control, stores: DemoStore[], random: Random, until: number): Promise<void> {
  const store = random.pick(stores)
  const deed = random.pick(['card', 'card', 'card', 'card', 'declined', '3ds', '3ds fails', 'delayed', 'left', 'twice', 'canceled', 'foreign'] as const)
  const card = random.pick(cards)
  const unique = random.next().toString(36).slice(2)
  town.deeds.set(deed, (town.deeds.get(deed) ?? 0) + 1)
  if (deed === 'foreign') {
    await insist(
      () =>
        sandbox.post('/payments/foreign', {
          account: store.account,
          livemode: store.mode === 'live',
          amount: 1_000 + random.int(9_000),
          currency: store.currency,
        }),
      until,
    )
    return
  }
  const order = await insist(() => sandbox.post<{ id: number }>(`/shops/${store.slug}/orders`, { seed: random.int(1_000_000) }), until)
  if (!order) return
  town.orders.push({ store, id: order.id })
  const start = () =>
    insist(
      () =>
        json<{ session: Session | null }>(
          'POST',
          `${webUrl}/api/v1/checkouts`,
          { store: publicId('store', store.store_id), order: { external_id: String(order.id) } },
          { authorization: `Bearer ${store.api_key}`, 'idempotency-key': `${store.slug}-${order.id}-${unique}` },
        ),
      until,
    )
  const [checkout] = deed === 'twice' ? await Promise.all([start(), start()]) : [await start()]
  const session = checkout?.session
  if (!session) return
  const pay = async (how: Record<string, unknown>) => {
    const paid = await insist(
      () =>
        sandbox.post<Paid>('/payers/pay', {
          client_secret: session.client_secret,
          publishable_key: session.publishable_key,
          ...(session.account !== null && { account: session.account }),
          ...how,
        }),
      until,
    )
    if (paid?.outcome === 'succeeded' && paid.payment_intent) town.paid.push({ store, intent: paid.payment_intent.id })
  }
  if (deed === 'left') return
  if (deed === 'declined') await pay({ card: '4000000000000002' })
  if (deed === 'canceled') await insist(() => sandbox.post(`/shops/${store.slug}/orders/${order.id}/cancel`), until)
  if (deed === '3ds' || deed === '3ds fails') return pay({ card: '4000002760003184', three_d_secure: deed === '3ds' ? 'succeed' : 'fail' })
  if (deed === 'delayed' && store.currency === 'eur') return pay({ sepa_debit: { iban: random.pick(['AT611904300234573201', 'AT861904300235473202']) } })
  if (deed === 'delayed' && store.currency === 'usd') return pay({ us_bank_account: { account_number: random.pick(['000123456789', '000222222227']) } })
  await pay({ card })
}

/** What follows payments: money goes back, banks are asked, verdicts fall. */
export async function aftermath(town: Town, sandbox: Control, random: Random, until: number): Promise<void> {
  const deed = random.pick(['refund', 'refund', 'dispute', 'verdict'] as const)
  town.deeds.set(deed, (town.deeds.get(deed) ?? 0) + 1)
  if (deed === 'verdict') {
    const found = await insist(() => sandbox.get<{ disputes: { id: string; status: string }[] }>('/disputes'), until)
    const open = found?.disputes.filter((dispute) => /needs_response|under_review/.test(dispute.status)) ?? []
    if (open.length > 0) await insist(() => sandbox.post(`/disputes/${random.pick(open).id}/${random.pick(['win', 'lose'])}`), until)
    return
  }
  if (town.paid.length === 0) return
  const { intent } = random.pick(town.paid)
  if (deed === 'dispute') await insist(() => sandbox.post('/disputes', { payment_intent: intent, inquiry: random.chance(0.3) }), until)
  else await insist(() => sandbox.post('/refunds', { payment_intent: intent, ...(random.chance(0.6) && { amount: 100 + random.int(600) }) }), until)
}

export function storesOf(tenants: DemoTenant[]): DemoStore[] {
  return tenants.flatMap((tenant) => tenant.stores)
}
