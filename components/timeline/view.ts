import type { MoneyView } from '@/components/money/view'
import type { Tone } from '@/components/ui/tone'

/** Who it happened at. */
export type TimelineSource = 'stripe' | 'store' | 'matchbook' | 'person'

/** One thing that happened. */
export type TimelineEntry = {
  id: string
  /** When it happened by the clock of whoever did it, ISO. */
  at: string
  source: TimelineSource
  /** What happened, in words: "Payment succeeded". */
  title: string
  /** More of it, one or two sentences. */
  detail?: string
  tone?: Tone
  amount?: MoneyView
  /** Stripe's event, copied with a click. */
  eventId?: string
  /** Where the event is shown with what became of it. */
  eventHref?: string
  /** Kind of the event at its source: "charge.updated", "order note". */
  eventType?: string
  /** When we received it, ISO; shown when it differs by more than a few seconds. */
  receivedAt?: string
  /** Who, when the source is a person. */
  actor?: string
}
