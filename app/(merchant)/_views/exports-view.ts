import type { ExportRow, ExportsView } from '@/components/exports/view'
import { wordFor } from '@/components/state/words'
import { lineColumns } from '@/lib/exports/core/columns'
import type { BatchRow } from '@/lib/exports/queries'
import type { Addresses } from '@/components/frame/address'
import { publicId } from '@/lib/kernel/public-id'
import { money } from './plain'

/** The columns of the file with what each holds. */
export const exportColumns: ExportsView['columns'] = lineColumns.map(({ name, meaning }) => ({ name, meaning }))

/** A file that was made. `storeNames` by public id, `people` by id. */
export function exportRow(row: BatchRow, storeNames: ReadonlyMap<string, string>, people: ReadonlyMap<string, string>, at: Addresses): ExportRow {
  return {
    id: publicId('export_batch', row.id),
    kind: 'Payments with their orders',
    scope: scopeText(row.filters, storeNames),
    rows: row.row_count,
    totals: (row.totals?.presentment ?? []).map((sum) => money(sum.taken, sum.currency)),
    sha256: row.sha256,
    madeBy: people.get(row.created_by) ?? 'Someone who left',
    madeAt: row.created_at.toISOString(),
    href: at.api('/api/exports/payments', row.filters),
    done: row.finished_at !== null,
  }
}

/** The filters of a file in words. */
export function scopeText(filters: Readonly<Record<string, readonly string[]>>, storeNames: ReadonlyMap<string, string>): string {
  const one = (name: string) => filters[name]?.[0]
  const list = (name: string, say: (value: string) => string) =>
    (filters[name] ?? [])
      .filter((value) => value !== '')
      .map(say)
      .join(' or ')
  const span = (name: string) => {
    const [from, to] = [one(`${name}_from`) || undefined, one(`${name}_to`) || undefined]
    if (from === undefined && to === undefined) return ''
    return from === to ? `${from}` : from === undefined ? `until ${to}` : to === undefined ? `since ${from}` : `${from} to ${to}`
  }
  const parts = [
    span('created'),
    span('paid') === '' ? '' : `paid ${span('paid')}`,
    list('store', (id) => storeNames.get(id) ?? 'a store that is gone'),
    list('status', (status) => wordFor('payment', status).label),
    list('match', (word) => wordFor('match', word).label),
    list('method', (method) => method.replaceAll('_', ' ')),
    list('origin', (origin) => originNames[origin] ?? origin),
    list('fee', (fee) => `fee ${wordFor('fee', fee).label.toLowerCase()}`),
    list('currency', (currency) => currency.toUpperCase()),
    one('q') ? `“${one('q')}”` : '',
    (filters.id ?? []).length > 0 ? `${filters.id?.length} chosen by hand` : '',
  ].filter((part) => part !== '')
  return parts.length === 0 ? 'Everything' : parts.join(', ')
}

/** Whose payment it is, in words. */
export const originNames: Readonly<Record<string, string>> = {
  checkout: 'Made by Matchbook',
  foreign: 'Made by another application',
  withheld: 'Label withheld',
}
