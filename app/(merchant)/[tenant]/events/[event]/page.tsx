import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { EventDetail } from '@/components/events/event-detail'
import { AskReplay } from '@/components/replays/ask-replay'
import { eventFile } from '@/lib/inbox/queries'
import { parsePublicId } from '@/lib/kernel/public-id'
import { eventDetail } from '../../../_views/event-views'
import { openPage, type PageProps } from '../../../_views/open-page'
import { replayAsk } from '../../../_views/replay-views'

export const metadata: Metadata = { title: 'Event' }

/** One event: its way through the house, what it changed, and its content. */
export default async function EventPage(props: PageProps<{ event: string }>) {
  const { event } = await props.params
  const { member, at } = await openPage(props, 'events.read', `/events/${encodeURIComponent(event)}`)
  const id = parsePublicId('inbox_event', event)
  const whole = id === null ? null : await eventFile(member.scope, id)
  if (whole === null) notFound()
  const ask = whole.event.state === 'pending' ? null : replayAsk({ event }, member.actions.includes('replays.write'), at)
  return (
    <EventDetail of={eventDetail(whole, at)} backHref={at.place('events')} {...(ask === null ? {} : { actions: <AskReplay of={ask} label="Replay…" /> })} />
  )
}
