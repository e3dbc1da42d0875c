import type { Metadata } from 'next'
import { SteadyRefresh } from '@/components/live/steady-refresh'
import { ReplaysList } from '@/components/replays/replays-list'
import { Page, PageHead } from '@/components/ui/page'
import { connectionsOf } from '@/lib/connections/queries'
import { listReplays } from '@/lib/inbox/replay/queries'
import { membersOf } from '@/lib/tenancy/queries'
import { openPage, type PageProps } from '../../../_views/open-page'
import { replayNames, replayRow } from '../../../_views/replay-views'

export const metadata: Metadata = { title: 'Replays' }

/** The replays of this tenant and mode, with who asked for them. */
export default async function ReplaysPage(props: PageProps) {
  const { member, at, query } = await openPage(props, 'replays.read', '/events/replays')
  const [replays, people, connections] = await Promise.all([
    listReplays(member.scope, { older: query.get('older'), newer: query.get('newer') }),
    membersOf(member.scope),
    connectionsOf(member.scope),
  ])
  const names = replayNames(people, connections)
  return (
    <Page fill>
      <PageHead title="Replays" note="Stored events that were used again, and who asked for it." back={{ href: at.place('events'), label: 'Events' }} />
      <ReplaysList rows={replays.rows.map((row) => replayRow(row, names, at))} pager={{ newer: replays.newer, older: replays.older }} />
      <SteadyRefresh everyMs={5_000} />
    </Page>
  )
}
