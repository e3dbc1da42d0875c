import type { MoneyView } from '@/components/money/view'

/** A file that was made: what went in, and the sums to check it against. */
export type ExportRow = {
  id: string
  /** "Payments with their orders" */
  kind: string
  /** The filters in words: "1–30 Nov 2026, Nordlicht Living". */
  scope: string
  rows: number | null
  totals: ReadonlyArray<MoneyView>
  sha256: string | null
  madeBy: string
  madeAt: string
  /** Null when it was streamed and not kept; then the same filters make it again. */
  href: string | null
  done: boolean
}

/** The form for a new file, and those made before. */
export type ExportsView = {
  /** `GET` here streams the file: `tenant`, `mode`, `store` (repeatable), `status` (repeatable), `created_from`, `created_to`. */
  path: string
  /** Slug of the tenant. */
  tenant: string
  mode: 'live' | 'test'
  stores: ReadonlyArray<{ value: string; label: string }>
  /** First and last day offered, `YYYY-MM-DD` in the tenant's zone. */
  from: string
  to: string
  zoneName: string
  /** The columns of the file, in order, with what each holds. */
  columns: ReadonlyArray<{ name: string; meaning: string }>
  history: ReadonlyArray<ExportRow>
  /** False when this person's role does not take files out; then there is no form. */
  mayMake: boolean
}
