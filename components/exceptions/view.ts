import type { MoneyView } from '@/components/money/view'
import type { NamedLink } from '@/components/payments/view'

/** One row of the exceptions list. */
export type ExceptionRow = {
  /** `exc_...` */
  id: string
  /** Where it can be looked at. */
  href: string
  /** A key of `exceptionWords`. */
  type: string
  /** What to do, in a few words. */
  fix: string | null
  /** What went wrong, when a message is known. */
  detail: string | null
  about: NamedLink | null
  store: string | null
  amount: MoneyView | null
  openedAt: string
  /** Set when it can be queued again: where to post. */
  requeuePath: string | null
}

/** One row of the effects that were given up or left alone. */
export type UndoneRow = {
  /** `eff_...` */
  id: string
  href: string
  /** "Mark the order as paid" */
  what: string
  /** A key of `effectWords`. */
  state: string
  why: string
  order: string
  store: string
  attempts: number
  at: string
  requeuePath: string | null
}

/** What is at risk in one currency, and how much is open. */
export type AtRisk = { count: number; oldestAt: string | null; amounts: ReadonlyArray<MoneyView> }
