import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { EventDetail } from '@/components/events/event-detail'
import { eventFile } from '@/lib/inbox/queries'
import { parsePublicId } from '@/lib/kernel/public-id'
import { eventDetail } from '../../../_views/event-views'
import { openPage, type PageProps } from '../../../_views/open-page'

export const metadata: Metadata = { title: 'Event' }

/** One event: its way through the house, what it changed, and its content. */
export default async function EventPage(props: PageProps<{ event: string }>) {
  const { event } = await props.params
  const { member, at } = await openPage(props, 'events.read', `/events/${encodeURIComponent(event)}`)
  const id = parsePublicId('inbox_event', event)
  const whole = id === null ? null : await eventFile(member.scope, id)
  if (whole === null) notFound()
  return <EventDetail of={eventDetail(whole, at)} backHref={at.place('events')} />
}
