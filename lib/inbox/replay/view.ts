import { publicId } from '@/lib/kernel/id'
import type { ReplayRow } from './queries'

/** A replay as the API answers it: our ids with their prefixes. */
export function replayView(replay: ReplayRow) {
  const { difference, actor_id, ...rest } = replay
  return {
    ...rest,
    id: publicId('replay', replay.id),
    actor_id: actor_id !== null && replay.actor_kind === 'user' ? publicId('user', actor_id) : actor_id,
    difference: {
      counts: difference.counts,
      payments: difference.payments.map((payment) => ({ ...payment, payment_id: publicId('payment', payment.payment_id) })),
      events: difference.events.map((event) => ({ ...event, id: publicId('inbox_event', event.id) })),
    },
  }
}
