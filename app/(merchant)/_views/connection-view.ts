import type { ConnectionView, HearingView } from '@/components/connection/view'
import type { Addresses } from '@/components/frame/address'
import type { KeyHint } from '@/lib/connections/key-hints'
import type { ConnectionView as ConnectionRow } from '@/lib/connections/queries'
import { publicId } from '@/lib/kernel/public-id'
import { iso } from './plain'

const jobs: Readonly<Record<KeyHint['job'], { name: string; meaning: string }>> = {
  checkout: { name: 'Makes sessions', meaning: 'Creates, reads and ends Checkout Sessions. Without it no order can be paid.' },
  reader: { name: 'Reads', meaning: 'Reads payments, charges, refunds, disputes and balance transactions. Without it fees stay pending.' },
  refund: { name: 'Refunds', meaning: 'Creates refunds. Without it refunds are made in Stripe’s own screens.' },
}

/** One Stripe account for its panel. */
export function connectionView(row: ConnectionRow, hearing: HearingView, keys: readonly KeyHint[], at: Addresses): ConnectionView {
  return {
    id: publicId('connection', row.id),
    name: row.name,
    accountId: row.account_id,
    kind: row.kind,
    mode: row.mode,
    country: row.country,
    currency: row.default_currency,
    allowed:
      row.charges_enabled === null || row.payouts_enabled === null
        ? null
        : { charges: row.charges_enabled, payouts: row.payouts_enabled, reason: row.disabled_reason },
    health:
      row.state === 'revoked'
        ? 'revoked'
        : row.settle_error !== null
          ? 'failing'
          : row.last_event_at === null && row.last_settled_at === null
            ? 'never'
            : 'active',
    connectedAt: row.created_at.toISOString(),
    revokedAt: iso(row.revoked_at),
    stores: row.stores.map((store) => ({ name: store.name, href: at.store(publicId('store', store.id)) })),
    hearing,
    reading: [{ what: 'Balance transactions', lastAt: iso(row.last_settled_at), error: row.settle_error }],
    keys: keys.map((key) => ({
      job: jobs[key.job].name,
      hint: key.hint,
      present: key.hint !== null,
      meaning:
        key.own || key.hint === null
          ? jobs[key.job].meaning
          : `${jobs[key.job].meaning} It uses the one key for everything; a restricted key for this job alone is safer.`,
    })),
  }
}
