'use client'

import Link from 'next/link'
import { Amount } from '@/components/money/amount'
import { cx } from '@/components/ui/class-names'
import { useClock } from '@/components/ui/clock'
import { CopyId } from '@/components/ui/copy-id'
import { EmptyState } from '@/components/ui/empty-state'
import { Glyph } from '@/components/ui/glyph'
import { Time } from '@/components/ui/time'
import { dayHeading, exactText } from '@/components/ui/zoned'
import { hint } from '@/components/ui/hint'
import type { TimelineEntry, TimelineSource } from './view'

const SOURCE: Readonly<Record<TimelineSource, string>> = {
  stripe: 'Stripe',
  store: 'Store',
  matchbook: 'Matchbook',
  person: 'Person',
}

const LATE_AFTER_MS = 5_000

/** What happened, in order, ours and Stripe's and the store's, grouped by day in the zone of the tenant. */
export function Timeline({ entries, newestFirst = false }: { entries: ReadonlyArray<TimelineEntry>; newestFirst?: boolean }) {
  const { now, zone } = useClock()
  if (entries.length === 0) return <EmptyState title="Nothing has happened yet">What Stripe, the store and Matchbook do appears here in order.</EmptyState>
  const ordered = newestFirst ? [...entries].reverse() : entries
  const days: { name: string; entries: TimelineEntry[] }[] = []
  for (const entry of ordered) {
    const name = dayHeading(entry.at, zone, now)
    const last = days.at(-1)
    if (last?.name === name) last.entries.push(entry)
    else days.push({ name, entries: [entry] })
  }
  return (
    <div className="space-y-4">
      {days.map((day) => (
        <section key={day.name} aria-label={day.name}>
          <h3 className="mb-1 text-xs font-medium text-faint">{day.name}</h3>
          <ol>
            {day.entries.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  )
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const { zone } = useClock()
  const late = entry.receivedAt === undefined ? 0 : Date.parse(entry.receivedAt) - Date.parse(entry.at)
  return (
    <li className="group/entry relative grid grid-cols-[4.25rem_0.625rem_minmax(0,1fr)] items-baseline gap-x-3 pb-3 last:pb-0">
      <Time at={entry.at} show="seconds" className="text-xs text-faint" />
      <span className="relative flex h-full justify-center">
        <span aria-hidden="true" className="absolute top-5 -bottom-2 w-px bg-line group-last/entry:hidden" />
        <Glyph tone={entry.tone ?? 'plain'} className="mt-[5px]" />
      </span>
      <div className="min-w-0">
        <div className="flex flex-wrap items-baseline justify-between gap-x-3">
          <p className="text-sm font-medium text-ink">
            {entry.title}
            <span className="ml-2 text-xs font-normal text-faint">{entry.source === 'person' ? (entry.actor ?? SOURCE.person) : SOURCE[entry.source]}</span>
          </p>
          {entry.amount !== undefined && <Amount of={entry.amount} className="text-sm" />}
        </div>
        {entry.detail !== undefined && <p className="text-sm text-soft">{entry.detail}</p>}
        {(entry.eventId !== undefined || entry.eventType !== undefined || late > LATE_AFTER_MS) && (
          <p className="flex flex-wrap items-baseline gap-x-3 text-xs text-faint">
            {entry.eventType !== undefined && <span className="font-mono">{entry.eventType}</span>}
            {entry.eventId !== undefined && <CopyId id={entry.eventId} label="event id" className="!text-faint" />}
            {entry.eventHref !== undefined && (
              <Link href={entry.eventHref} prefetch={false} className="rounded-sm hover:text-ink hover:underline">
                Open the event
              </Link>
            )}
            {late > LATE_AFTER_MS && entry.receivedAt !== undefined && (
              <span {...hint(`Received ${exactText(entry.receivedAt, zone)}`)} className={cx('figures', late > 60_000 && 'text-attention-ink')}>
                received {lateText(late)} later
              </span>
            )}
          </p>
        )}
      </div>
    </li>
  )
}

function lateText(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}
