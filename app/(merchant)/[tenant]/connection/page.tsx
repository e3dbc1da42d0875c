import type { Metadata } from 'next'
import { ConnectionsList } from '@/components/connection/connection-panel'
import { Page, PageHead } from '@/components/ui/page'
import { keyHintsOf } from '@/lib/connections/key-hints'
import { connectionsOf } from '@/lib/connections/queries'
import { hearingOf } from '@/lib/inbox/queries'
import { connectionView } from '../../_views/connection-view'
import { openPage, type PageProps } from '../../_views/open-page'

export const metadata: Metadata = { title: 'Stripe' }

const dayMs = 24 * 3_600_000

/** The Stripe accounts of a tenant in one mode: whether they are heard and read, and with which keys. */
export default async function ConnectionPage(props: PageProps) {
  const { member, at, now } = await openPage(props, 'connection.read', '/connection')
  const { scope } = member
  const [connections, hearing, keys] = await Promise.all([connectionsOf(scope), hearingOf(scope, new Date(now.getTime() - dayMs)), keyHintsOf(scope)])
  return (
    <Page>
      <PageHead title="Stripe" note="The accounts that take the money, and how well they are heard." />
      <ConnectionsList connections={connections.map((row) => connectionView(row, hearing.get(row.id), keys.get(row.id) ?? [], at))} />
    </Page>
  )
}
