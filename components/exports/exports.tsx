import { Download } from 'lucide-react'
import { Amounts } from '@/components/money/amount'
import { Button } from '@/components/ui/button'
import { CopyId } from '@/components/ui/copy-id'
import { EmptyState } from '@/components/ui/empty-state'
import { Field, Input, Select } from '@/components/ui/field'
import { Page, PageHead, Panel, Section } from '@/components/ui/page'
import { Time } from '@/components/ui/time'
import type { ExportRow, ExportsView } from './view'

/** Files for finance: choose a period and stores, download, and check the sums of what was made before. */
export function Exports({ of }: { of: ExportsView }) {
  return (
    <Page width="reading">
      <PageHead title="Exports" note="Files for spreadsheets and accounting, made from one snapshot, with the same columns and filters as the screens." />
      <Section title="Payments with their orders">
        <Panel className="p-4">
          {of.mayMake ? (
            <form method="get" action={of.path} className="grid gap-4">
              <input type="hidden" name="tenant" value={of.tenant} />
              <input type="hidden" name="mode" value={of.mode} />
              <div className="grid gap-4 sm:grid-cols-3">
                <Field label="From">{(parts) => <Input {...parts} type="date" name="created_from" defaultValue={of.from} />}</Field>
                <Field label="To">{(parts) => <Input {...parts} type="date" name="created_to" defaultValue={of.to} />}</Field>
                <Field label="Store">
                  {(parts) => (
                    <Select {...parts} name="store" defaultValue="">
                      <option value="">All stores</option>
                      {of.stores.map((store) => (
                        <option key={store.value} value={store.value}>
                          {store.label}
                        </option>
                      ))}
                    </Select>
                  )}
                </Field>
              </div>
              <div className="flex flex-wrap items-center justify-between gap-3">
                <p className="text-sm text-faint">
                  Whole days in {of.zoneName} time, both included. {of.mode === 'test' ? 'Test money only.' : 'Live money only.'}
                </p>
                <Button type="submit" look="solid">
                  <Download aria-hidden="true" className="size-4" />
                  Download CSV
                </Button>
              </div>
            </form>
          ) : (
            <p className="text-sm text-soft">Your role does not take files out. Ask an owner or someone in finance for one.</p>
          )}
          <details className="mt-4 border-t border-line pt-3 text-sm">
            <summary className="w-fit rounded-sm text-soft hover:text-ink">The {of.columns.length} columns of the file</summary>
            <dl className="mt-2 grid gap-x-6 gap-y-1 sm:grid-cols-[auto_minmax(0,1fr)]">
              {of.columns.map((column) => (
                <div key={column.name} className="contents">
                  <dt className="font-mono text-xs leading-5 text-ink">{column.name}</dt>
                  <dd className="text-soft max-sm:mb-1.5">{column.meaning}</dd>
                </div>
              ))}
            </dl>
          </details>
        </Panel>
      </Section>
      <Section title="Made before" note="with the sums to check a file against">
        <Panel>
          {of.history.length === 0 ? (
            <EmptyState title="Files that were made will appear here">
              With their row count, sums and checksum, so that a copy can be told from the original.
            </EmptyState>
          ) : (
            <ul className="divide-y divide-line">
              {of.history.map((row) => (
                <Made key={row.id} row={row} />
              ))}
            </ul>
          )}
        </Panel>
      </Section>
    </Page>
  )
}

function Made({ row }: { row: ExportRow }) {
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-0.5 px-4 py-3 text-sm">
      <span className="font-medium">
        {row.href === null ? (
          row.scope
        ) : (
          <a href={row.href} className="hover:underline">
            {row.scope}
          </a>
        )}
      </span>
      <span className="row-span-2 text-right">{row.done ? <Amounts of={row.totals} /> : <span className="text-waiting-ink">Being made</span>}</span>
      <span className="text-soft">
        {row.kind}
        {row.rows !== null && <span className="figures">, {row.rows.toLocaleString('en-US')} rows</span>}
      </span>
      <span className="col-span-2 flex flex-wrap items-center gap-x-3 text-xs text-faint">
        <span>
          {row.madeBy}, <Time at={row.madeAt} />
        </span>
        {row.sha256 !== null && (
          <span className="flex items-center gap-1">
            SHA-256 <CopyId id={row.sha256} label="checksum" />
          </span>
        )}
      </span>
    </li>
  )
}
