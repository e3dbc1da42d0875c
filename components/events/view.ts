import type { MoneyView } from '@/components/money/view'
import type { NamedLink } from '@/components/payments/view'
import type { Tone } from '@/components/ui/tone'

/** One row of the events list. */
export type EventRow = {
  /** `inb_...` */
  id: string
  href: string
  /** Stripe's id, or the key of a read. */
  eventId: string
  type: string
  /** A key of `eventKindWords`. */
  kind: string
  /** A key of `eventWords`. */
  outcome: string
  /** A key of `eventReasonWords`. */
  reason: string | null
  objectId: string | null
  connection: string
  /** How often it came again. */
  repeats: number
  /** A repeat was not the same event. */
  alarm: boolean
  /** Milliseconds from arrival to processed; null while it waits, and when it was replayed since. */
  tookMs: number | null
  /** It was used again by a replay. */
  replayed: boolean
  /** ISO */
  receivedAt: string
}

/** One station of an event's way through the house. */
export type EventStep = { key: string; title: string; text: string; tone: Tone; at: string | null }

/** What an event changed on one payment. Texts are as people read them. */
export type EventChangeView = {
  payment: NamedLink
  order: string | null
  amount: MoneyView
  objectId: string
  fields: ReadonlyArray<{ name: string; from: string; to: string }>
}

/** All that one event's screen shows. */
export type EventDetailView = Omit<EventRow, 'href'> & {
  /** The message of a failure, when there is one. */
  reasonDetail: string | null
  /** How the repeat differed, and when it came. */
  alarmDetail: { differs: string; at: string } | null
  steps: ReadonlyArray<EventStep>
  createdAt: string
  processedAt: string | null
  asOf: string | null
  attempts: number
  apiVersion: string | null
  accountId: string
  endpoint: { id: string; url: string } | null
  object: NamedLink | null
  changes: ReadonlyArray<EventChangeView>
  reads: ReadonlyArray<{ objectId: string; why: string; dueAt: string; attempts: number; error: string | null }>
  others: ReadonlyArray<EventRow>
  /** Every row about the same object. */
  othersHref: string | null
  content: { json: unknown; text: string; bytes: number } | { json: null; text: null; bytes: number }
}
