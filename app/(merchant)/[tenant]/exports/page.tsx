import type { Metadata } from 'next'
import { Exports } from '@/components/exports/exports'
import { zoneName } from '@/components/ui/zoned'
import { storesOf } from '@/lib/commerce/queries'
import { dayIn } from '@/lib/exports/core/file-name'
import { exportsOf } from '@/lib/exports/queries'
import { publicId } from '@/lib/kernel/public-id'
import { membersOf } from '@/lib/tenancy/queries'
import { exportColumns, exportRow } from '../../_views/exports-view'
import { openPage, type PageProps } from '../../_views/open-page'

export const metadata: Metadata = { title: 'Exports' }

/** Files for finance: the form for a new one, and those made before with their sums. */
export default async function ExportsPage(props: PageProps) {
  const { member, at, now } = await openPage(props, 'exports.read', '/exports')
  const { scope, tenant } = member
  const [stores, made, people] = await Promise.all([storesOf(scope), exportsOf(scope), membersOf(scope)])
  const today = dayIn(tenant.time_zone, now)
  const options = stores.map((store) => ({ value: publicId('store', store.store_id), label: store.name }))
  const names = new Map(options.map(({ value, label }) => [value, label]))
  const members = new Map(people.map((person) => [person.user_id, person.name]))
  return (
    <Exports
      of={{
        path: '/api/exports/payments',
        tenant: tenant.slug,
        mode: scope.mode,
        stores: options,
        from: `${today.slice(0, 8)}01`,
        to: today,
        zoneName: zoneName(tenant.time_zone),
        columns: exportColumns,
        history: made.map((row) => exportRow(row, names, members, at)),
        mayMake: member.actions.includes('exports.create'),
      }}
    />
  )
}
