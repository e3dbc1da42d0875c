'use client'

import { ArrowDown, ArrowUp, ChevronLeft, ChevronRight, Columns3 } from 'lucide-react'
import Link from 'next/link'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { memo, useCallback, useRef, useState, type MouseEvent, type ReactNode } from 'react'
import { Button, ButtonLink } from './button'
import { buttonClass } from './button-class'
import { cx } from './class-names'
import { useKeptScroll } from './kept-scroll'
import { useListKeys } from './list-keys'
import { Menu, MenuAction, MenuHeading, MenuLine, MenuTick } from './menu'
import { useViewAddress } from './view-address'

/** Where a cell stands when a row becomes a two-line card on a phone. Cells without a place are left out there. */
export type CardPlace = 'title' | 'figure' | 'first' | 'second' | 'end'

/** One column of a list. Columns are made once, outside components, so that rows stay memoised. */
export type Column<Row> = {
  id: string
  /** Name in the head and in the column choice. */
  name: string
  /** Shown in the head instead of the name. */
  head?: ReactNode
  cell: (row: Row) => ReactNode
  align?: 'end'
  /** Name of the order in the address; `-name` is descending. */
  sort?: string
  card?: CardPlace
  /** Classes of the cell, for its width. */
  className?: string
  /** Not shown until chosen. */
  off?: boolean
}

/** Cursors of the neighbouring pages; null where there is none. */
export type Pager = { newer: string | null; older: string | null }

const PLACE: Readonly<Record<CardPlace, string>> = {
  title: 'max-sm:[grid-area:1/1/2/4] max-sm:truncate',
  figure: 'max-sm:[grid-area:1/4/2/5] max-sm:text-right',
  first: 'max-sm:[grid-area:2/1/3/2]',
  second: 'max-sm:[grid-area:2/2/3/3]',
  end: 'max-sm:[grid-area:2/4/3/5] max-sm:text-right',
}

type RowParts<Row> = {
  row: Row
  id: string
  href: string | null
  name: string
  columns: ReadonlyArray<Column<Row>>
  ticked: boolean | null
  onTick: (id: string) => void
  arrived: boolean
}

function RowView<Row>({ row, id, href, name, columns, ticked, onTick, arrived }: RowParts<Row>) {
  const router = useRouter()
  const open = (event: MouseEvent) => {
    if (href === null || event.defaultPrevented) return
    if (event.target instanceof Element && event.target.closest('a, button, input, label') !== null) return
    if ((window.getSelection()?.toString() ?? '') !== '') return
    if (event.metaKey || event.ctrlKey) window.open(href, '_blank', 'noopener')
    else router.push(href)
  }
  return (
    <tr
      role="row"
      data-row={id}
      aria-selected={ticked ?? undefined}
      onClick={open}
      className={cx(
        'group/row bg-surface hover:bg-hover has-[[data-row-link]:focus-visible]:bg-hover',
        'max-sm:grid max-sm:grid-cols-[auto_auto_1fr_auto] max-sm:items-center max-sm:gap-x-2 max-sm:gap-y-0.5 max-sm:border-b max-sm:px-4 max-sm:py-2.5',
        href !== null && 'cursor-pointer',
        ticked === true && 'bg-accent-tint hover:bg-accent-tint',
        arrived && 'animate-arrive',
      )}
    >
      {ticked !== null && (
        <td role="cell" className="sticky left-0 z-10 w-10 border-b bg-inherit px-3 max-sm:hidden">
          <input type="checkbox" checked={ticked} onChange={() => onTick(id)} aria-label={`Select ${name}`} className="block size-4 accent-accent-solid" />
        </td>
      )}
      {columns.map((column, index) => (
        <td
          key={column.id}
          role="cell"
          className={cx(
            'sm:h-10 sm:border-b sm:px-3 sm:whitespace-nowrap max-sm:min-w-0',
            index === 0 && 'sm:sticky sm:z-10 sm:bg-inherit',
            index === 0 && (ticked === null ? 'sm:left-0' : 'sm:left-10 sm:pl-0'),
            index === 0 && 'sm:group-data-[aside=true]/table:border-r',
            column.align === 'end' && 'text-right',
            column.card === undefined ? 'max-sm:hidden' : PLACE[column.card],
            column.className,
          )}
        >
          {column.cell(row)}
        </td>
      ))}
    </tr>
  )
}

const MemoRow = memo(RowView) as typeof RowView

/** A list's link to what a row stands for; the keyboard moves along these. */
export function RowLink({ href, children, className }: { href: string; children: ReactNode; className?: string }) {
  return (
    <Link href={href} data-row-link="" prefetch={false} className={cx('rounded-sm font-medium text-ink hover:underline', className)}>
      {children}
    </Link>
  )
}

/**
 * A list of things: sticky head and first column, order by head, choice of columns, keyboard, selection with a bar
 * below, newer and older by cursor; on a phone each row is a two-line card. Order, columns and cursor live in the
 * address (`sort`, `cols`, `older`, `newer`).
 */
export function DataTable<Row>({
  caption,
  rows,
  columns,
  idOf,
  hrefOf,
  nameOf,
  pager,
  bar,
  empty,
  defaultSort,
  bulk,
  fill = true,
}: {
  /** Spoken name of the list. */
  caption: string
  rows: ReadonlyArray<Row>
  columns: ReadonlyArray<Column<Row>>
  idOf: (row: Row) => string
  hrefOf: (row: Row) => string | null
  nameOf: (row: Row) => string
  pager?: Pager
  /** Filters and search, above the list. */
  bar?: ReactNode
  /** Shown instead of rows when there are none. */
  empty: ReactNode
  defaultSort?: string
  /** Actions for the ticked rows; without it, rows cannot be ticked. */
  bulk?: (ids: ReadonlyArray<string>) => ReactNode
  /** Takes the height that is left in a `Page fill`. */
  fill?: boolean
}) {
  const address = useViewAddress()
  const router = useRouter()
  const view = `${usePathname()}?${useSearchParams().toString()}`
  const box = useRef<HTMLDivElement>(null)
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const [seen, setSeen] = useState(() => ({ view, ids: new Set(rows.map(idOf)) }))
  if (seen.view !== view) {
    setSeen({ view, ids: new Set(rows.map(idOf)) })
    setTicked(new Set())
  }
  useListKeys(box, true)
  useKeptScroll(box, view)

  const chosen = address.get('cols')?.split(',') ?? columns.filter((column) => column.off !== true).map((column) => column.id)
  const shown = columns.filter((column, index) => index === 0 || chosen.includes(column.id))
  const sort = address.get('sort') ?? defaultSort ?? ''
  const here = rows.map(idOf).filter((id) => ticked.has(id))
  // Oldest first, what comes next is newer.
  const [before, after] = sort !== '' && !sort.startsWith('-') ? ['Older', 'Newer'] : ['Newer', 'Older']
  const paged = pager !== undefined && (pager.newer !== null || pager.older !== null)
  const footed = rows.length > 0 || paged

  const onTick = useCallback((id: string) => {
    setTicked((before) => {
      const after = new Set(before)
      if (!after.delete(id)) after.add(id)
      return after
    })
  }, [])
  const choose = (id: string, on: boolean) => {
    const next = columns.filter((column) => (column.id === id ? on : chosen.includes(column.id))).map((column) => column.id)
    router.replace(address.hrefWith({ cols: next.join(',') }), { scroll: false })
  }

  return (
    <div className={cx('flex min-w-0 flex-col', fill && 'rail:min-h-[26rem] rail:flex-1')}>
      <div className="mb-3 flex items-start gap-2">
        <div className="min-w-0 flex-1">{bar}</div>
        {columns.some((column) => column.off === true) && (
          <div className="max-sm:hidden">
            <Menu
              label="Columns"
              align="end"
              trigger={
                <button type="button" className={buttonClass('outline')}>
                  <Columns3 aria-hidden="true" className="size-4 text-faint" />
                  Columns
                </button>
              }
            >
              <MenuHeading>Columns</MenuHeading>
              {columns.map((column, index) => (
                <MenuTick key={column.id} checked={index === 0 || chosen.includes(column.id)} disabled={index === 0} onChange={(on) => choose(column.id, on)}>
                  {column.name}
                </MenuTick>
              ))}
              <MenuLine />
              <MenuAction onSelect={() => router.replace(address.hrefWith({ cols: null }), { scroll: false })}>As at first</MenuAction>
            </Menu>
          </div>
        )}
      </div>
      <div
        ref={box}
        data-aside="false"
        onScroll={(event) => {
          event.currentTarget.dataset.aside = String(event.currentTarget.scrollLeft > 0)
        }}
        className={cx(
          'group/table quiet-scroll relative min-h-0 overflow-x-auto overflow-y-hidden border border-line bg-surface sm:max-h-[calc(100dvh-8rem)] sm:overflow-y-auto',
          'max-sm:-mx-4 max-sm:rounded-none max-sm:border-x-0',
          footed ? 'rounded-t-lg' : 'rounded-lg',
          fill && 'rail:max-h-none',
        )}
      >
        {rows.length === 0 ? (
          empty
        ) : (
          <table role="table" className="w-full border-separate border-spacing-0 text-sm max-sm:block">
            <caption className="sr-only">{caption}</caption>
            <thead role="rowgroup" className="max-sm:hidden">
              <tr role="row">
                {bulk !== undefined && (
                  <th role="columnheader" scope="col" className="sticky top-0 left-0 z-30 h-9 w-10 border-b bg-surface px-3 text-left">
                    <input
                      type="checkbox"
                      aria-label="Select all shown"
                      checked={here.length === rows.length}
                      ref={(element) => {
                        if (element !== null) element.indeterminate = here.length > 0 && here.length < rows.length
                      }}
                      onChange={() => setTicked(here.length === rows.length ? new Set() : new Set(rows.map(idOf)))}
                      className="block size-4 accent-accent-solid"
                    />
                  </th>
                )}
                {shown.map((column, index) => {
                  const order = column.sort === undefined ? null : sort === column.sort ? 'up' : sort === `-${column.sort}` ? 'down' : 'none'
                  return (
                    <th
                      key={column.id}
                      role="columnheader"
                      scope="col"
                      aria-sort={order === 'up' ? 'ascending' : order === 'down' ? 'descending' : undefined}
                      className={cx(
                        'sticky top-0 z-20 h-9 border-b bg-surface px-3 text-left text-xs font-medium whitespace-nowrap text-faint',
                        index === 0 && (bulk === undefined ? 'left-0 z-30' : 'left-10 z-30 pl-0'),
                        index === 0 && 'group-data-[aside=true]/table:border-r',
                        column.align === 'end' && 'text-right',
                      )}
                    >
                      {column.sort === undefined || order === null ? (
                        (column.head ?? column.name)
                      ) : (
                        <Link
                          href={address.hrefWith({ sort: order === 'down' ? column.sort : `-${column.sort}` })}
                          scroll={false}
                          replace
                          className={cx('inline-flex items-center gap-1 rounded-sm hover:text-ink', order !== 'none' && 'text-ink')}
                        >
                          {column.head ?? column.name}
                          {order === 'up' && <ArrowUp aria-hidden="true" className="size-3" />}
                          {order === 'down' && <ArrowDown aria-hidden="true" className="size-3" />}
                        </Link>
                      )}
                    </th>
                  )
                })}
              </tr>
            </thead>
            <tbody role="rowgroup" className="max-sm:block">
              {rows.map((row) => {
                const id = idOf(row)
                return (
                  <MemoRow
                    key={id}
                    row={row}
                    id={id}
                    href={hrefOf(row)}
                    name={nameOf(row)}
                    columns={shown}
                    ticked={bulk === undefined ? null : ticked.has(id)}
                    onTick={onTick}
                    arrived={seen.view === view && !seen.ids.has(id)}
                  />
                )
              })}
            </tbody>
          </table>
        )}
      </div>
      <div
        hidden={!footed}
        className={cx(
          'flex min-h-11 shrink-0 items-center justify-between gap-3 rounded-b-lg border border-t-0 border-line bg-surface px-3 text-sm text-soft',
          'max-sm:-mx-4 max-sm:rounded-none max-sm:border-x-0',
          fill && 'rail:mb-4',
        )}
      >
        {bulk !== undefined && here.length > 0 ? (
          <div className="flex flex-wrap items-center gap-2" role="region" aria-label="Selected rows">
            <span className="figures font-medium text-ink">{here.length} selected</span>
            {bulk(here)}
            <Button size="sm" look="ghost" onClick={() => setTicked(new Set())}>
              Clear
            </Button>
          </div>
        ) : (
          <span className="figures">
            {rows.length === 0 ? 'No rows' : `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`}
            {paged && ' on this page'}
          </span>
        )}
        {pager !== undefined && paged && (
          <nav aria-label="Pages" className="flex gap-1">
            <PageLink href={pager.newer === null ? null : address.hrefWith({ newer: pager.newer })}>
              <ChevronLeft aria-hidden="true" className="size-4" />
              {before}
            </PageLink>
            <PageLink href={pager.older === null ? null : address.hrefWith({ older: pager.older })}>
              {after}
              <ChevronRight aria-hidden="true" className="size-4" />
            </PageLink>
          </nav>
        )}
      </div>
    </div>
  )
}

function PageLink({ href, children }: { href: string | null; children: ReactNode }) {
  if (href === null) {
    return (
      <span aria-disabled="true" className={buttonClass('ghost', 'sm')}>
        {children}
      </span>
    )
  }
  return (
    <ButtonLink href={href} look="ghost" size="sm" scroll={false}>
      {children}
    </ButtonLink>
  )
}
