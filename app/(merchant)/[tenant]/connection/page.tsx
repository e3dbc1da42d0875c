import type { Metadata } from 'next'
import { Suspense } from 'react'
import { ConnectionsList } from '@/components/connection/connection-panel'
import { ConnectionSkeleton } from '@/components/connection/skeleton'
import { SteadyRefresh } from '@/components/live/steady-refresh'
import { Notice } from '@/components/ui/notice'
import { Page, PageHead } from '@/components/ui/page'
import { Time } from '@/components/ui/time'
import { keyHintsOf } from '@/lib/connections/key-hints'
import { connectionsOf } from '@/lib/connections/queries'
import { webhookHealth } from '@/lib/inbox/queries'
import { workerSeenMsAgo } from '@/lib/jobs/queries'
import { apiVersion } from '@/lib/stripe/client'
import { connectionView } from '../../_views/connection-view'
import { hearingView, spanChoices } from '../../_views/hearing-view'
import { openPage, type OpenPage, type PageProps } from '../../_views/open-page'
import { isWorkerLate } from '../../_views/worker-late'

export const metadata: Metadata = { title: 'Stripe' }

/** The Stripe accounts of a tenant in one mode: how well they are heard and read, and with which keys. */
export default async function ConnectionPage(props: PageProps) {
  const page = await openPage(props, 'connection.read', '/connection')
  return (
    <Page>
      <PageHead title="Stripe" note="The accounts that take the money, and how well they are heard." />
      <Suspense fallback={<ConnectionSkeleton />}>
        <Content page={page} />
      </Suspense>
      <SteadyRefresh everyMs={30_000} />
    </Page>
  )
}

async function Content({ page: { member, at, query, now } }: { page: OpenPage }) {
  const { scope, tenant } = member
  const span = query.get('span') === 'fortnight' ? spanChoices.fortnight : spanChoices.day
  const [connections, health, keys, workerMsAgo] = await Promise.all([
    connectionsOf(scope),
    webhookHealth(scope, { since: new Date(now.getTime() - span.ms), unit: span.unit, zone: tenant.time_zone, now }),
    keyHintsOf(scope),
    workerSeenMsAgo(),
  ])
  return (
    <>
      {isWorkerLate(workerMsAgo) && (
        <Notice tone="bad" title={workerMsAgo === null ? 'The worker has not started' : 'The worker stands still'}>
          {workerMsAgo !== null && (
            <>
              Last seen <Time at={new Date(now.getTime() - workerMsAgo).toISOString()} show="seconds" />.{' '}
            </>
          )}
          What Stripe delivers is stored and waits for it; nothing is lost, and nothing is shown here before it runs again.
        </Notice>
      )}
      <ConnectionsList
        connections={connections.flatMap((row) => {
          const heard = health.get(row.id)
          if (heard === undefined) return []
          const name = { several: connections.length > 1, id: row.id, account: row.account_id, revoked: row.state === 'revoked' }
          return [connectionView(row, hearingView(heard, name, span, apiVersion, now, at), keys.get(row.id) ?? [], at)]
        })}
      />
    </>
  )
}
