import type { NamedLink } from '@/components/payments/view'

/** One replay in the list. */
export type ReplayRow = {
  /** `rep_...` */
  id: string
  href: string
  dryRun: boolean
  /** A key of `replayWords`. */
  state: string
  /** Which events, in words. */
  what: string
  who: string
  found: number
  folded: number
  failed: number
  /** Payments that it changed, or would change. */
  payments: number
  at: string
}

/** What a replay changes on one payment. Texts are as people read them. */
export type ReplayChange = {
  payment: NamedLink
  isNew: boolean
  fields: ReadonlyArray<{ name: string; from: string; to: string }>
  effects: ReadonlyArray<string>
  opened: ReadonlyArray<string>
  closed: ReadonlyArray<string>
}

/** All that one replay's screen shows. */
export type ReplayDetailView = ReplayRow & {
  startedAt: string | null
  finishedAt: string | null
  error: string | null
  counts: { payments: number; others: number; events: number; effects: number; opened: number; closed: number }
  changes: ReadonlyArray<ReplayChange>
  /** Events that end otherwise than before. */
  outcomes: ReadonlyArray<{ id: string; href: string; type: string; from: string; to: string }>
  problems: ReadonlyArray<{ eventId: string; href: string; type: string; reason: string }>
  /** What to post to apply a dry run; null when it cannot be, or by this person. */
  apply: { path: string; body: unknown } | null
  cancelPath: string | null
}

/** What is asked when somebody wants events folded again. */
export type ReplayAsk = {
  path: string
  filter: unknown
  /** Which events, in words. */
  what: string
  /** Where the replay is seen: the public id is appended before the query. */
  hrefBase: string
}
