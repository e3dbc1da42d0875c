import type { Metadata } from 'next'
import { Suspense } from 'react'
import { Home } from '@/components/home/home'
import { HomeSkeleton } from '@/components/home/skeleton'
import { storesOf } from '@/lib/commerce/queries'
import { disputesDue } from '@/lib/disputes/queries'
import { openCounts, openExceptionsOf } from '@/lib/exceptions/queries'
import { dayIn } from '@/lib/exports/core/file-name'
import { hearingsOf, setAsideCount } from '@/lib/inbox/queries'
import { workerSeenMsAgo } from '@/lib/jobs/queries'
import { listPayments, moneyNow, paymentChoices } from '@/lib/payments/queries'
import { homeView } from '../_views/home-view'
import { openPage, type OpenPage, type PageProps } from '../_views/open-page'

export const metadata: Metadata = { title: 'Home' }

/** Today's money, what waits for a person, whether the flow is alive, the newest payments. */
export default async function HomePage(props: PageProps) {
  const page = await openPage(props, 'home.read', '')
  return (
    <Suspense fallback={<HomeSkeleton />}>
      <Content page={page} />
    </Suspense>
  )
}

async function Content({ page: { member, at, now } }: { page: OpenPage }) {
  const { scope } = member
  const zone = member.tenant.time_zone
  const [figures, open, due, counts, recent, stores, heard, setAside, workerMsAgo, choices] = await Promise.all([
    moneyNow(scope, zone, now),
    openExceptionsOf(scope, 5),
    disputesDue(scope, 6),
    openCounts(scope),
    listPayments(scope, { zone, size: 10 }),
    storesOf(scope),
    hearingsOf(scope, now),
    setAsideCount(scope),
    workerSeenMsAgo(),
    paymentChoices(scope),
  ])
  return (
    <Home
      of={homeView(
        { figures, open, due, openCount: counts[scope.mode], recent: recent.rows, stores, heard, setAside, workerMsAgo, currencies: choices.currencies },
        now,
        dayIn(zone, now),
        at,
      )}
    />
  )
}
