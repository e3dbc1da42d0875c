'use client'

import Link from 'next/link'
import { Amount } from '@/components/money/amount'
import { hopWords, wordFor, type HopState } from '@/components/state/words'
import { cx } from '@/components/ui/class-names'
import { useClock } from '@/components/ui/clock'
import { CopyId } from '@/components/ui/copy-id'
import { hint } from '@/components/ui/hint'
import { Time } from '@/components/ui/time'
import { exactText } from '@/components/ui/zoned'
import { stationNames } from './names'
import type { TrailLink, TrailNode, TrailView } from './view'

/**
 * The chain of one payment from the store to the payout. A line is solid when proven, dashed when inferred, broken with
 * a gap when missing, faint when not due yet. Hover, focus or tap a line to read its evidence. Where the room is narrow
 * the chain stands upright.
 */
export function Trail({ nodes, summary }: TrailView) {
  return (
    <div className="@container">
      <ol
        aria-label="Trail of this payment"
        className="flex flex-col @min-[57rem]:grid @min-[57rem]:auto-cols-fr @min-[57rem]:grid-flow-col @min-[57rem]:grid-rows-[repeat(6,auto)]"
      >
        {nodes.map((node, index) => (
          <Station key={node.kind} node={node} next={nodes[index + 1]} />
        ))}
      </ol>
      {summary !== undefined && <p className="mt-4 text-sm text-soft @min-[57rem]:mt-5">{summary}</p>}
    </div>
  )
}

function Station({ node, next }: { node: TrailNode; next: TrailNode | undefined }) {
  const state: HopState = node.link?.state ?? (node.label === undefined ? 'missing' : 'proven')
  const station = stationNames[node.kind]
  const quiet = state === 'not_due' || state === 'not_applicable'
  return (
    <li className="relative grid min-w-0 grid-cols-[1rem_minmax(0,1fr)] gap-x-3 pb-5 last:pb-0 @min-[57rem]:row-span-6 @min-[57rem]:grid-cols-1 @min-[57rem]:grid-rows-subgrid @min-[57rem]:pb-0">
      <StationMark state={state} />
      {next?.link != null && <Line link={next.link} from={station.name} to={stationNames[next.kind].name} />}
      <div className="grid min-w-0 grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-3 @min-[57rem]:contents">
        <p className="col-start-1 text-xs text-faint @min-[57rem]:row-start-2 @min-[57rem]:mt-2" {...hint(station.meaning)}>
          {station.name}
        </p>
        <p className={cx('col-start-1 truncate text-sm @min-[57rem]:row-start-3 @min-[57rem]:pr-3', quiet ? 'text-faint' : 'font-medium text-ink')}>
          {node.label === undefined ? (
            hopWords[state].label
          ) : node.href === undefined ? (
            <span title={node.label}>{node.label}</span>
          ) : (
            <Link href={node.href} title={node.label} className="rounded-sm underline decoration-line-strong underline-offset-3 hover:decoration-ink">
              {node.label}
            </Link>
          )}
        </p>
        {node.id !== undefined && (
          <p className="col-start-1 flex h-5 min-w-0 items-center @min-[57rem]:row-start-4 @min-[57rem]:pr-3">
            <CopyId id={node.id} label={`${station.name} id`} keep={4} />
          </p>
        )}
        {node.note !== undefined && (
          <p
            className={cx(
              'col-start-1 min-w-0 text-xs text-faint @min-[57rem]:truncate @min-[57rem]:pr-3 @min-[57rem]:leading-5',
              node.id === undefined ? '@min-[57rem]:row-start-4' : '@min-[57rem]:row-start-6',
            )}
            title={node.note}
          >
            {node.note}
          </p>
        )}
        {node.amount !== undefined && (
          <p className="col-start-2 row-start-2 text-right text-sm @min-[57rem]:col-start-1 @min-[57rem]:row-start-5 @min-[57rem]:text-left">
            <Amount of={node.amount} />
          </p>
        )}
        {node.at !== undefined && (
          <p className="col-start-2 row-start-3 text-right text-xs text-faint @min-[57rem]:col-start-1 @min-[57rem]:row-start-6 @min-[57rem]:text-left">
            <Time at={node.at} />
          </p>
        )}
      </div>
    </li>
  )
}

function StationMark({ state }: { state: HopState }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" className="relative z-10 mt-0.5 size-4 shrink-0 @min-[57rem]:mt-0">
      {state === 'proven' && <circle cx="8" cy="8" r="6" className="fill-ink" />}
      {state === 'inferred' && <circle cx="8" cy="8" r="5" className="fill-surface stroke-ink" strokeWidth="2" strokeDasharray="2.6 2" />}
      {state === 'missing' && (
        <>
          <circle cx="8" cy="8" r="6" className="fill-bad-tint stroke-bad-mark" strokeWidth="1.6" />
          <path d="M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4" className="stroke-bad-mark" strokeWidth="1.6" strokeLinecap="round" />
        </>
      )}
      {state === 'not_due' && <circle cx="8" cy="8" r="4.5" className="fill-surface stroke-line-strong" strokeWidth="1.6" />}
      {state === 'not_applicable' && <path d="M4.5 8h7" className="stroke-line-strong" strokeWidth="1.6" strokeLinecap="round" />}
    </svg>
  )
}

function Line({ link, from, to }: { link: TrailLink; from: string; to: string }) {
  const { zone } = useClock()
  const word = wordFor('hop', link.state)
  const meta = [link.rule === undefined ? null : `rule ${link.rule}`, link.eventId, link.at === undefined ? null : exactText(link.at, zone)]
    .filter((part) => part != null)
    .join('\n')
  return (
    <button
      type="button"
      data-hint-on="click"
      aria-label={`${from} to ${to}: ${word.label}. ${link.evidence}`}
      {...hint({ title: `${from} to ${to}: ${word.label.toLowerCase()}`, text: link.evidence, ...(meta === '' ? {} : { meta }) })}
      className={cx(
        'absolute z-0 rounded-sm hover:bg-pressed',
        // upright
        'top-5 bottom-0 left-0 flex w-4 flex-col items-center justify-center gap-[5px]',
        // lying
        '@min-[57rem]:top-0 @min-[57rem]:right-1 @min-[57rem]:bottom-auto @min-[57rem]:left-5 @min-[57rem]:h-4 @min-[57rem]:w-auto @min-[57rem]:flex-row',
      )}
    >
      {link.state === 'missing' ? (
        <>
          <Stroke state="missing" />
          <svg viewBox="0 0 8 8" aria-hidden="true" className="size-2 shrink-0">
            <path d="M1.2 1.2l5.6 5.6M6.8 1.2L1.2 6.8" className="stroke-bad-mark" strokeWidth="1.6" strokeLinecap="round" />
          </svg>
          <Stroke state="missing" />
        </>
      ) : (
        <Stroke state={link.state} />
      )}
    </button>
  )
}

function Stroke({ state }: { state: HopState }) {
  return (
    <span
      className={cx(
        'flex-1 @min-[57rem]:w-auto @min-[57rem]:border-l-0',
        'border-l-2 @min-[57rem]:border-t-2',
        state === 'proven' && 'border-ink',
        state === 'inferred' && 'border-dashed border-ink',
        state === 'missing' && 'border-bad-mark',
        state === 'not_due' && 'border-line-strong',
        state === 'not_applicable' && 'border-dotted border-line-strong',
      )}
    />
  )
}
