import type { Client } from 'pg'
import { newId } from '@/lib/kernel/id'

/** A payment with its line of the reconciliation record, written as the fold and the matching leave them. Tests only. */
export type Planted = {
  tenant_id: string
  connection_id: string
  mode?: string
  stripe_id?: string
  status?: string
  currency?: string
  amount?: bigint
  captured?: bigint
  refunded?: bigint
  disputed?: bigint
  fee?: { fee: bigint; net: bigint; currency: string } | 'pending' | 'not_applicable'
  origin?: string
  attribution?: string
  method?: string
  last4?: string
  email?: string
  created_at?: Date
  succeeded_at?: Date | null
  store_id?: string | null
  last_error?: object | null
  word?: string
  order?: { id: string; external_id: string; display_number: string } | null
}

/** Writes one payment and says its id. */
export async function plantPayment(owner: Client, planted: Planted): Promise<string> {
  const id = newId()
  const amount = planted.amount ?? 5000n
  const captured = planted.captured ?? ((planted.status ?? 'succeeded') === 'succeeded' ? amount : 0n)
  const fee = planted.fee ?? 'pending'
  const created_at = planted.created_at ?? new Date('2026-11-20T12:00:00Z')
  await owner.query(
    `INSERT INTO payment (tenant_id, id, mode, connection_id, stripe_id, origin, store_id, status, currency, amount, amount_captured, amount_refunded, amount_disputed, fee_state, fee, net, settlement_currency,
       payment_method_type, card_last4, customer_email, attribution, last_error, created_at, succeeded_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $23)`,
    [
      planted.tenant_id,
      id,
      planted.mode ?? 'test',
      planted.connection_id,
      planted.stripe_id ?? `pi_${id.replaceAll('-', '')}`,
      planted.origin ?? 'foreign',
      planted.store_id ?? null,
      planted.status ?? 'succeeded',
      planted.currency ?? 'usd',
      amount,
      captured,
      planted.refunded ?? 0n,
      planted.disputed ?? 0n,
      typeof fee === 'string' ? fee : 'known',
      typeof fee === 'string' ? null : fee.fee,
      typeof fee === 'string' ? null : fee.net,
      typeof fee === 'string' ? null : fee.currency,
      planted.method ?? 'card',
      planted.last4 ?? '4242',
      planted.email ?? null,
      planted.attribution ?? 'none',
      planted.last_error ?? null,
      created_at,
      planted.succeeded_at === undefined ? (captured > 0n ? created_at : null) : planted.succeeded_at,
    ],
  )
  await owner.query(
    `INSERT INTO reconciliation (tenant_id, payment_id, mode, word, order_hop, order_rule, store_hop, balance_hop, payout_hop, bank_hop, store_id, order_id, order_external_id, order_display_number, stripe_ids, event_ids, updated_at)
     VALUES ($1, $2, $3, $4, 'missing', 'no_order_known', 'missing', 'not_due', 'not_due', 'not_due', $5, $6, $7, $8, '{}', '{}', now())`,
    [
      planted.tenant_id,
      id,
      planted.mode ?? 'test',
      planted.word ?? 'unmatched',
      planted.store_id ?? null,
      planted.order?.id ?? null,
      planted.order?.external_id ?? null,
      planted.order?.display_number ?? null,
    ],
  )
  return id
}
