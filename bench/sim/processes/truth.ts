import type { Pool } from 'pg'
import type { DemoTenant } from '@/scripts/seed/tenants'
import type { Control, Town } from './load'

type Keys = { live: { secret: string }; test: { secret: string } }
type Thing = { id: string } & Record<string, unknown>
type History = { times_marked_paid: number; history: { kind: string; actor: string; detail: Record<string, unknown> }[] }

export type Findings = { violations: string[]; seen: Record<string, number> }

/**
 * Holds what the product stored against what the world outside wrote down itself: Stripe's objects and ledger, the
 * shops' own histories, the deliveries as sent, and the promises of the web as the wire saw them.
 */
export async function holdAgainstTruth({
  pool,
  sandbox,
  sandboxUrl,
  tenants,
  town,
  promised,
}: {
  pool: Pool
  sandbox: Control
  sandboxUrl: string
  tenants: DemoTenant[]
  town: Town
  promised: ReadonlySet<string>
}): Promise<Findings> {
  const violations: string[] = []
  const seen: Record<string, number> = {}
  const rows = async <Row extends object>(text: string, values: unknown[] = []) => (await pool.query(text, values)).rows as Row[]
  const wrong = (what: string, where: string, expected: unknown, found: unknown) =>
    void (String(expected) !== String(found) && violations.push(`${what} ${where}: the world says ${String(expected)}, the product says ${String(found)}`))

  // Every promise is a row.
  const stored = new Map(
    (await rows<{ event_id: string; n: string }>(`SELECT event_id, count(*) AS n FROM inbox_event WHERE event_id LIKE 'evt_%' GROUP BY 1`)).map((row) => [
      row.event_id,
      Number(row.n),
    ]),
  )
  for (const event of promised) if (!stored.has(event)) violations.push(`event ${event} was answered 2xx and is not stored`)
  const { deliveries } = await sandbox.get<{ deliveries: { event: string; state: string }[] }>('/webhooks/deliveries?state=delivered&limit=1000')
  for (const { event } of deliveries) if (!stored.has(event)) violations.push(`event ${event} was delivered and is not stored`)
  seen['events promised'] = promised.size
  seen['events stored'] = stored.size
  for (const row of await rows<{ n: string; event_id: string }>('SELECT event_id, count(*) AS n FROM inbox_event GROUP BY scope, event_id HAVING count(*) > 1'))
    violations.push(`event ${row.event_id} has ${row.n} rows`)
  for (const row of await rows<{ state: string; reason: string | null; n: string }>(
    `SELECT state, reason, count(*) AS n FROM inbox_event WHERE state NOT IN ('applied', 'ignored') OR (state = 'ignored' AND reason IS NULL) GROUP BY 1, 2`,
  ))
    violations.push(`${row.n} events are ${row.state} (${row.reason ?? 'no reason'})`)

  // Every object is as Stripe has it.
  const { accounts } = await sandbox.get<{ accounts: { id: string; keys: Keys }[] }>('/accounts')
  for (const tenant of tenants)
    for (const { account, mode } of tenant.accounts) {
      const secret = accounts.find((one) => one.id === account)?.keys[mode].secret ?? ''
      const all = (path: string) => listAll(sandboxUrl, path, secret)
      const [connection] = await rows<{ id: string }>('SELECT id FROM connection WHERE tenant_id = $1 AND account_id = $2 AND mode = $3', [
        tenant.tenant_id,
        account,
        mode,
      ])
      const ours = async <Row extends object>(table: string) =>
        new Map(
          (
            await rows<Row & { stripe_id: string }>(`SELECT * FROM ${table} WHERE tenant_id = $1 AND connection_id = $2`, [tenant.tenant_id, connection?.id])
          ).map((row) => [row.stripe_id, row]),
        )
      const compare = async (table: string, things: Thing[], of: (thing: Thing) => Record<string, unknown>) => {
        const mine = await ours<Record<string, unknown>>(table)
        seen[table] = (seen[table] ?? 0) + things.length
        for (const thing of things) {
          const row = mine.get(thing.id)
          if (!row) violations.push(`${table} ${thing.id} is missing`)
          else for (const [name, value] of Object.entries(of(thing))) wrong(table, `${thing.id} ${name}`, text(value), text(row[name]))
        }
        const known = new Set(things.map((thing) => thing.id))
        for (const id of mine.keys()) if (!known.has(id)) violations.push(`${table} ${id} does not exist at Stripe`)
      }
      const charges = await all('/v1/charges')
      const refunds = await all('/v1/refunds')
      await compare('charge', charges, (charge) => ({
        status: charge.status,
        amount: charge.amount,
        captured: charge.captured === true && charge.status === 'succeeded',
        balance_transaction_id: charge.balance_transaction,
        amount_refunded_reported: charge.amount_refunded,
      }))
      // Intents that nothing was ever told of (a session's before its first try has none) do not exist for us.
      const intents = await all('/v1/payment_intents')
      const refundedOf = (intent: string) =>
        refunds.filter((refund) => refund.payment_intent === intent && refund.status === 'succeeded').reduce((sum, refund) => sum + Number(refund.amount), 0)
      await compare('payment', intents, (intent) => ({
        status: intent.status,
        amount: intent.amount,
        amount_captured: intent.amount_received,
        amount_refunded: refundedOf(intent.id),
        latest_charge_id: intent.latest_charge,
      }))
      await compare('refund', refunds, (refund) => ({
        status: refund.status,
        amount: refund.amount,
        balance_transaction_id: refund.balance_transaction,
        failure_balance_transaction_id: refund.failure_balance_transaction,
      }))
      await compare('dispute', await all('/v1/disputes'), (dispute) => ({ status: dispute.status, amount: dispute.amount }))
      // The books: the same entries, to the minor unit.
      await compare('balance_transaction', await all('/v1/balance_transactions'), (entry) => ({
        amount: entry.amount,
        fee: entry.fee,
        net: entry.net,
        currency: entry.currency,
      }))
      // Nobody is left waiting for a session that is over.
      const sessions = new Map((await all('/v1/checkout/sessions')).map((session) => [session.id, session]))
      for (const attempt of await rows<{ id: string; state: string; session_id: string | null; created_at: Date }>(
        'SELECT id, state, session_id, created_at FROM checkout_attempt WHERE tenant_id = $1 AND connection_id = $2',
        [tenant.tenant_id, connection?.id],
      )) {
        seen.attempts = (seen.attempts ?? 0) + 1
        const session = attempt.session_id === null ? undefined : sessions.get(attempt.session_id)
        if (attempt.session_id !== null && !session) violations.push(`attempt ${attempt.id} names session ${attempt.session_id}, which does not exist`)
        else if (session && attempt.state !== 'failed' && attempt.state !== 'canceled')
          wrong('attempt', `${attempt.id} (${session.id})`, wordOf(session), attempt.state)
        else if (!session && attempt.state === 'creating') violations.push(`attempt ${attempt.id} is creating for ever`)
      }
    }

  // Every consequence happened once, and where money came, it happened.
  for (const { store, id } of town.orders) {
    const history = await sandbox.get<History>(`/shops/${store.slug}/orders/${id}/history`)
    const writes = history.history.filter((entry) => entry.actor === 'api' && entry.kind === 'update_requested').length
    const notes = history.history.filter((entry) => entry.kind === 'note_added' && entry.actor === 'api').map((entry) => JSON.stringify(entry.detail))
    const where = `order ${store.slug}/${id}`
    seen.orders = (seen.orders ?? 0) + 1
    seen['orders marked paid'] = (seen['orders marked paid'] ?? 0) + history.times_marked_paid
    seen.notes = (seen.notes ?? 0) + notes.length
    if (history.times_marked_paid > 1) violations.push(`${where} was marked paid ${history.times_marked_paid} times`)
    if (writes > 1) violations.push(`${where} was written to ${writes} times`)
    if (new Set(notes).size !== notes.length) violations.push(`${where} has a note twice: ${notes.join(' | ')}`)
    const [wanted] = await rows<{ paid: string; notes: string; receipts: string | null }>(
      `SELECT count(*) FILTER (WHERE e.kind = 'order.mark_paid' AND e.state = 'done') AS paid, count(*) FILTER (WHERE e.kind = 'order.note' AND e.state = 'done') AS notes,
              string_agg(e.receipt->>'reason', ', ') AS receipts
         FROM effect e JOIN "order" o ON o.tenant_id = e.tenant_id AND o.id = e.order_id WHERE o.store_id = $1 AND o.external_id = $2`,
      [store.store_id, String(id)],
    )
    wrong('notes', where, notes.length, Number(wanted?.notes ?? 0))
    const [money] = await rows<{ n: string; state: string }>(
      `SELECT count(*) AS n, min(o.status) AS state FROM payment p JOIN checkout_attempt a ON a.tenant_id = p.tenant_id AND a.id = p.attempt_id JOIN "order" o ON o.tenant_id = a.tenant_id AND o.id = a.order_id
        WHERE o.store_id = $1 AND o.external_id = $2 AND p.status = 'succeeded'`,
      [store.store_id, String(id)],
    )
    if (Number(money?.n ?? 0) > 1) violations.push(`${where} was paid ${money?.n} times`)
    if (Number(money?.n ?? 0) === 1 && history.times_marked_paid === 0 && !/cancel|refund/.test(money?.state ?? '') && (wanted?.receipts ?? null) === null)
      violations.push(`${where} was paid and its shop was never told (${money?.state})`)
    if (Number(money?.n ?? 0) === 0 && history.times_marked_paid > 0) violations.push(`${where} was marked paid without money`)
  }
  for (const row of await rows<{ kind: string; state: string; n: string }>(
    `SELECT kind, state, count(*) AS n FROM effect WHERE state NOT IN ('done', 'skipped') GROUP BY 1, 2`,
  ))
    violations.push(`${row.n} effects ${row.kind} are ${row.state}`)
  for (const row of await rows<{ n: string; reason: string }>('SELECT reason, count(*) AS n FROM object_read GROUP BY 1'))
    violations.push(`${row.n} reads are wanted for ever (${row.reason})`)
  for (const row of await rows<{ stripe_id: string }>(
    'SELECT p.stripe_id FROM payment p LEFT JOIN reconciliation r ON r.tenant_id = p.tenant_id AND r.payment_id = p.id WHERE r.payment_id IS NULL',
  ))
    violations.push(`payment ${row.stripe_id} has no record of how far it is explained`)
  for (const row of await rows<{ n: string; order_id: string }>(
    `SELECT order_id, count(*) AS n FROM match WHERE state = 'active' GROUP BY tenant_id, order_id, payment_id HAVING count(*) > 1`,
  ))
    violations.push(`order ${row.order_id} is matched ${row.n} times to one payment`)
  return { violations, seen }
}

function wordOf(session: Thing): string {
  if (session.payment_status === 'paid') return 'paid'
  return session.status === 'complete' ? 'processing' : session.status === 'expired' ? 'expired' : 'open'
}

function text(value: unknown): string {
  return value === null || value === undefined ? 'nothing' : String(value)
}

async function listAll(sandboxUrl: string, path: string, secret: string): Promise<Thing[]> {
  const all: Thing[] = []
  for (let after = ''; ;) {
    const answer = await fetch(`${sandboxUrl}${path}?limit=100${after}`, { headers: { authorization: `Bearer ${secret}` } })
    const page = (await answer.json()) as { data?: Thing[]; has_more?: boolean; error?: unknown }
    if (!page.data) throw new Error(`GET ${path} answered ${JSON.stringify(page)}`)
    all.push(...page.data)
    const last = page.data.at(-1)
    if (!page.has_more || !last) return all
    after = `&starting_after=${last.id}`
  }
}
