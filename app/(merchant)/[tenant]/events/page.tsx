import type { Metadata } from 'next'
import { Suspense } from 'react'
import { EventsList } from '@/components/events/events-list'
import { EventsListSkeleton } from '@/components/events/skeletons'
import { SteadyRefresh } from '@/components/live/steady-refresh'
import { ButtonLink } from '@/components/ui/button'
import { AskReplay } from '@/components/replays/ask-replay'
import { Page, PageHead } from '@/components/ui/page'
import { zoneName } from '@/components/ui/zoned'
import { isEventFiltered, readEventFilter } from '@/lib/inbox/core/event-filter'
import { eventChoices, listEvents } from '@/lib/inbox/queries'
import { publicId } from '@/lib/kernel/public-id'
import { eventRow } from '../../_views/event-views'
import { openPage, type OpenPage, type PageProps } from '../../_views/open-page'
import { replayAsk, replayFilter } from '../../_views/replay-views'

export const metadata: Metadata = { title: 'Events' }

/** What Stripe told, as the address filters it, and what became of it. */
export default async function EventsPage(props: PageProps) {
  const page = await openPage(props, 'events.read', '/events')
  return (
    <Suspense fallback={<EventsListSkeleton />}>
      <Content page={page} />
    </Suspense>
  )
}

async function Content({ page: { member, at, query } }: { page: OpenPage }) {
  const { scope, tenant } = member
  const filter = readEventFilter(query)
  const [list, choices] = await Promise.all([
    listEvents(scope, { filter, zone: tenant.time_zone, older: query.get('older'), newer: query.get('newer') }),
    eventChoices(scope),
  ])
  const ask = replayAsk(replayFilter(filter, tenant.time_zone), member.actions.includes('replays.write'), at, choices.connections)
  return (
    <Page fill>
      <PageHead
        title="Events"
        note="What Stripe told us, and what became of it."
        actions={
          <>
            <ButtonLink href={at.replays()}>Replays</ButtonLink>
            {ask !== null && list.rows.length > 0 && <AskReplay of={ask} label={isEventFiltered(filter) ? 'Replay these…' : 'Replay all…'} />}
          </>
        }
      />
      <EventsList
        rows={list.rows.map((row) => eventRow(row, at))}
        pager={{ newer: list.newer, older: list.older }}
        types={choices.types}
        connections={choices.connections.map(({ id, name }) => ({ value: publicId('connection', id), label: name }))}
        zoneName={zoneName(tenant.time_zone)}
        filtered={isEventFiltered(filter)}
        firstStepHref={at.place('connection')}
      />
      <SteadyRefresh everyMs={10_000} />
    </Page>
  )
}
