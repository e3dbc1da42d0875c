import { Client } from 'pg'
import Stripe from 'stripe'
import { createConnection } from '@/lib/connections/create-connection'
import { closePools, rowTypes } from '@/lib/db/pools'
import { newId, publicId } from '@/lib/kernel/id'
import { createTenant } from '@/lib/tenancy/create-tenant'
import { createTestDatabase } from '@/scripts/test-database'
import { drainStep } from './drain'
import { registerEndpoint } from './endpoints'
import { receive } from './receive'

/** A migrated database with one tenant, connection, store and order, a signing endpoint, and hands to deliver with. Tests only. */
export async function openHouse(options: { workerUrl?(url: string): Promise<string> } = {}) {
  const db = await createTestDatabase()
  Object.assign(process.env, {
    MATCHBOOK_MODE: 'test',
    MATCHBOOK_SECRET: Buffer.alloc(32, 7).toString('base64'),
    DATABASE_URL: db.appUrl,
    DATABASE_WORKER_URL: (await options.workerUrl?.(db.workerUrl)) ?? db.workerUrl,
    LOG_LEVEL: 'error',
    STRIPE_TEST_SECRET_KEY: 'sk_test_none',
  })
  const owner = new Client({ connectionString: db.ownerUrl, types: rowTypes })
  await owner.connect()
  const secret = 'whsec_house'
  const account = 'acct_house'
  const tenant = (await createTenant({ slug: `house-${newId().slice(-6)}`, name: 'House', time_zone: 'Europe/Berlin' })).tenant_id
  const connection = await createConnection({
    tenant_id: tenant,
    mode: 'test',
    kind: 'own',
    account_id: account,
    name: 'House',
    country: 'US',
    default_currency: 'usd',
    publishable_key: 'pk_test_house',
    keys: { reader: 'rk_test_house' },
  })
  const endpoint = `whe_${newId()}`
  await registerEndpoint({ id: endpoint, kind: 'account', mode: 'test', account_id: account, secret, stripe_endpoint_id: null })

  const store = newId()
  const order = newId()
  const attempt = newId()
  const session = 'cs_test_house'
  await owner.query(
    `INSERT INTO store (tenant_id, id, mode, name, platform, connection_id, currency, time_zone, hosts, state, created_at) VALUES ($1, $2, 'test', 'Lamp shop', 'woocommerce', $3, 'usd', 'UTC', '{}', 'active', now())`,
    [tenant, store, connection.id],
  )
  await owner.query(
    `INSERT INTO "order" (tenant_id, id, store_id, mode, external_id, display_number, status, currency, total, total_text, revision, content_hash, read_at, created_at)
     VALUES ($1, $2, $3, 'test', '41', 'LS-1041', 'pending', 'usd', 5000, '50.00', 1, 'a', to_timestamp(50), now())`,
    [tenant, order, store],
  )
  await owner.query(
    `INSERT INTO order_line (tenant_id, order_id, position, kind, name, quantity, total, total_text) VALUES ($1, $2, 1, 'item', 'Desk lamp', '1', 5000, '50.00')`,
    [tenant, order],
  )
  await owner.query(
    `INSERT INTO order_revision (tenant_id, order_id, revision, content_hash, snapshot, cause, read_at) VALUES ($1, $2, 1, 'a', '{"total": "5000", "currency": "usd"}', 'checkout', to_timestamp(50))`,
    [tenant, order],
  )
  await owner.query(
    `INSERT INTO checkout_attempt (tenant_id, id, mode, store_id, order_id, connection_id, state, amount, currency, order_revision, session_id, session_status, pay_token_hash, created_by, created_at, opened_at)
     VALUES ($1, $2, 'test', $3, $4, $5, 'open', 5000, 'usd', 1, $6, 'open', '\\x00', 'test', now(), now())`,
    [tenant, attempt, store, order, connection.id, session],
  )

  const labels = { mb_attempt: publicId('attempt', attempt), mb_store: publicId('store', store), mb_order: publicId('order', order) }
  let count = 0
  const eventOf = (type: string, created: number, object: object, more: object = {}) => ({
    id: `evt_${(count += 1)}`,
    object: 'event',
    api_version: Stripe.API_VERSION,
    created,
    livemode: false,
    pending_webhooks: 1,
    request: null,
    type,
    data: { object },
    ...more,
  })
  const sign = (payload: string, with_secret = secret, timestamp = Math.floor(Date.now() / 1000)) =>
    Stripe.webhooks.generateTestHeaderString({ payload, secret: with_secret, timestamp })

  return {
    db,
    owner,
    secret,
    account,
    tenant,
    connection,
    endpoint,
    store,
    order,
    attempt,
    session,
    labels,
    eventOf,
    sign,
    /** Delivers one event as Stripe does; the answer of `receive`. */
    async deliver(event: object, options: { to?: string; signature?: string | null } = {}) {
      const body = JSON.stringify(event)
      return receive({
        endpoint_id: options.to ?? endpoint,
        body: Buffer.from(body),
        signature: options.signature === undefined ? sign(body) : options.signature,
      })
    },
    async drain() {
      while (await drainStep('test')) continue
    },
    /** What Stripe answered to a read of one object comes in, and is folded. */
    async answer(object: { id: string; object: string }) {
      const { recordFinding } = await import('./record-finding')
      const { inWorkerTransaction } = await import('@/lib/db/pools')
      await inWorkerTransaction((sql) =>
        recordFinding(sql, connection, { key: `read:${newId()}`, type: `${object.object}.read`, object_id: object.id, body: object, as_of: new Date() }),
      )
      await owner.query('DELETE FROM object_read WHERE object_id = $1', [object.id])
      await this.drain()
    },
    /** Stores what Stripe would have answered to a page of balance transactions. */
    async book(transactions: object[]) {
      const { recordFinding } = await import('./record-finding')
      const { inWorkerTransaction } = await import('@/lib/db/pools')
      await inWorkerTransaction((sql) =>
        recordFinding(sql, connection, {
          key: `page:${newId()}`,
          type: 'balance_transaction.list',
          object_id: null,
          as_of: new Date(),
          body: { object: 'list', data: transactions },
        }),
      )
    },
    rows: async <Row>(text: string, values: unknown[] = []) => (await owner.query(text, values)).rows as Row[],
    async close() {
      await closePools()
      await owner.end()
      await db.drop()
    },
  }
}

export type House = Awaited<ReturnType<typeof openHouse>>

/** The events of a card payment of the house's attempt, each snapshot frozen when it was created. */
export function cardPayment(house: House) {
  const intent = {
    id: 'pi_house',
    object: 'payment_intent',
    amount: 5000,
    amount_capturable: 0,
    amount_received: 0,
    currency: 'usd',
    status: 'requires_payment_method',
    created: 100,
    metadata: house.labels,
    description: null,
    latest_charge: null,
    last_payment_error: null,
    next_action: null,
    receipt_email: null,
    canceled_at: null,
    cancellation_reason: null,
  }
  const charge = {
    id: 'ch_house',
    object: 'charge',
    payment_intent: 'pi_house',
    amount: 5000,
    amount_captured: 5000,
    amount_refunded: 0,
    currency: 'usd',
    status: 'succeeded',
    captured: true,
    created: 101,
    balance_transaction: null as string | null,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    outcome: null,
    billing_details: { email: 'ann@example.com' },
    receipt_email: null,
    payment_method_details: { type: 'card', card: { brand: 'visa', last4: '4242', country: 'US' } },
  }
  const session = {
    id: house.session,
    object: 'checkout.session',
    status: 'complete',
    payment_status: 'paid',
    payment_intent: 'pi_house',
    client_reference_id: house.labels.mb_attempt,
    currency: 'usd',
    expires_at: 90_000,
    metadata: house.labels,
    amount_total: 5000,
  }
  return {
    intent,
    charge,
    session,
    transaction: {
      id: 'txn_house',
      object: 'balance_transaction',
      amount: 5000,
      fee: 175,
      net: 4825,
      currency: 'usd',
      type: 'charge',
      reporting_category: 'charge',
      balance_type: 'payments',
      source: 'ch_house',
      status: 'pending',
      available_on: 700,
      created: 103,
      exchange_rate: null,
      description: null,
      fee_details: [{ type: 'stripe_fee', amount: 175, currency: 'usd', application: null, description: 'Stripe processing fees' }],
    },
    events: [
      house.eventOf('payment_intent.created', 100, intent),
      house.eventOf('charge.succeeded', 101, charge),
      house.eventOf('payment_intent.succeeded', 101, { ...intent, status: 'succeeded', amount_received: 5000, latest_charge: 'ch_house' }),
      house.eventOf('checkout.session.completed', 101, session),
      house.eventOf('charge.updated', 103, { ...charge, balance_transaction: 'txn_house' }),
    ],
  }
}
