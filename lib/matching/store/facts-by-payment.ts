export type PaymentKey = { tenant_id: string; payment_id: string }

/** One prepared query of the facts; its name is `facts_<name>`. */
export type Rows = <Row>(name: string, text: string, ...values: unknown[]) => Promise<Row[]>

export function paymentKey(key: PaymentKey): string {
  return `${key.tenant_id}/${key.payment_id}`
}

export function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}

/** In the order of their creation at Stripe. Sorts in place. */
export function inOrder<Row extends { created_at: Date; stripe_id: string }>(rows: Row[]): Row[] {
  return rows.sort((a, b) => a.created_at.getTime() - b.created_at.getTime() || (a.stripe_id < b.stripe_id ? -1 : a.stripe_id > b.stripe_id ? 1 : 0))
}
