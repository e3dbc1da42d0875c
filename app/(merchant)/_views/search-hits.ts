import { addressesOf } from '@/components/frame/address'
import type { SearchHit } from '@/components/frame/view'
import { wordFor } from '@/components/state/words'
import { listOrders, storesOf } from '@/lib/commerce/queries'
import { everyEvent, readEventSearch } from '@/lib/inbox/core/event-filter'
import { listEvents, type EventLine } from '@/lib/inbox/queries'
import { publicId } from '@/lib/kernel/public-id'
import { searchPayments } from '@/lib/payments/queries'
import type { Member } from '@/lib/tenancy/member-of'
import { numberText } from './payment-row'
import { money } from './plain'

const each = 6

/** An event by its id: Stripe's or ours. Types and objects are searched in the list of events. */
async function eventsNamed(member: Member, text: string): Promise<EventLine[]> {
  const search = readEventSearch(text)
  if (!member.actions.includes('events.read') || (search.by !== 'row' && search.by !== 'event')) return []
  const { rows } = await listEvents(member.scope, { filter: { ...everyEvent, search }, zone: 'UTC', size: each })
  return rows
}

/** What the search box finds: payments by anything that names them, orders by number, id or e-mail, events by id, stores by name. */
export async function findHits(member: Member, typed: string): Promise<SearchHit[]> {
  const text = typed.trim().slice(0, 200)
  if (text.length < 2) return []
  const at = addressesOf(member.tenant.slug, member.scope.mode)
  const [payments, events, { orders }, stores] = await Promise.all([
    searchPayments(member.scope, text, each),
    eventsNamed(member, text),
    listOrders(member.scope, { search: text.replace(/^#/, ''), limit: each }),
    storesOf(member.scope),
  ])
  return [
    ...orders.map((order): SearchHit => {
      const id = publicId('order', order.id)
      return {
        id,
        kind: 'order',
        label: numberText(order.display_number),
        detail: [order.store_name, order.customer_name ?? order.customer_email, wordFor('order', order.payment_state).label].filter(Boolean).join(', '),
        ...(order.total === null ? {} : { amount: money(order.total, order.currency) }),
        href: at.order(id),
      }
    }),
    ...payments.map((payment): SearchHit => {
      const id = publicId('payment', payment.id)
      const number = payment.order_display_number === null ? payment.stripe_id : `of ${numberText(payment.order_display_number)}`
      return {
        id,
        kind: 'payment',
        label: number,
        detail: [
          payment.store_name ?? (payment.origin === 'foreign' ? 'another application' : null),
          payment.customer_name ?? payment.customer_email,
          wordFor('payment', payment.shown_status).label,
        ]
          .filter(Boolean)
          .join(', '),
        amount: money(payment.amount, payment.currency),
        href: at.payment(id),
      }
    }),
    ...events.map((event): SearchHit => {
      const id = publicId('inbox_event', event.id)
      return { id, kind: 'event', label: event.type, detail: `${wordFor('event', event.state).label}, ${event.event_id}`, href: at.event(id) }
    }),
    ...stores
      .filter((store) => store.name.toLowerCase().includes(text.toLowerCase()) || publicId('store', store.store_id) === text)
      .slice(0, each)
      .map((store): SearchHit => ({
        id: publicId('store', store.store_id),
        kind: 'store',
        label: store.name,
        detail: store.platform_name,
        href: at.store(publicId('store', store.store_id)),
      })),
  ]
}
