import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { SteadyRefresh } from '@/components/live/steady-refresh'
import { ReplayDetail } from '@/components/replays/replay-detail'
import { connectionsOf } from '@/lib/connections/queries'
import { currenciesOf } from '@/lib/inbox/queries'
import { replayById } from '@/lib/inbox/replay/queries'
import { parsePublicId } from '@/lib/kernel/public-id'
import { membersOf } from '@/lib/tenancy/queries'
import { openPage, type PageProps } from '../../../../_views/open-page'
import { replayDetail, replayNames } from '../../../../_views/replay-views'

export const metadata: Metadata = { title: 'Replay' }

/** One replay: how far it is, and what it changes. */
export default async function ReplayPage(props: PageProps<{ replay: string }>) {
  const { replay } = await props.params
  const { member, at } = await openPage(props, 'replays.read', `/events/replays/${encodeURIComponent(replay)}`)
  const id = parsePublicId('replay', replay)
  const row = id === null ? null : await replayById(member.scope, id)
  if (row === null) notFound()
  const [people, connections, currencies] = await Promise.all([
    membersOf(member.scope),
    connectionsOf(member.scope),
    currenciesOf(
      member.scope,
      row.difference.payments.map((payment) => payment.payment_id),
    ),
  ])
  const view = replayDetail(row, replayNames(people, connections), currencies, member.actions.includes('replays.write'), at)
  const over = row.state !== 'queued' && row.state !== 'running'
  return (
    <>
      <ReplayDetail of={view} backHref={at.replays()} hrefBase={at.replays()} />
      {!over && <SteadyRefresh everyMs={1_000} />}
    </>
  )
}
