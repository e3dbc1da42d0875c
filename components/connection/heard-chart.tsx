'use client'

import { useClock } from '@/components/ui/clock'
import { clockText, dayText, exactText, zoneName } from '@/components/ui/zoned'
import type { HeardBar } from './view'

const height = 96
const parts = [
  { key: 'applied', name: 'Applied', fill: 'fill-good-mark', mark: 'bg-good-mark' },
  { key: 'ignored', name: 'Ignored', fill: 'fill-edge', mark: 'bg-edge' },
  { key: 'setAside', name: 'Set aside', fill: 'fill-attention-mark', mark: 'bg-attention-mark' },
] as const

/** Deliveries per hour or day as stacked bars; the same figures are a table below. */
export function HeardChart({ bars, unit }: { bars: ReadonlyArray<HeardBar>; unit: 'hour' | 'day' }) {
  const { now, zone } = useClock()
  const total = (bar: HeardBar) => bar.applied + bar.ignored + bar.setAside
  const most = niceTop(Math.max(...bars.map(total), 1))
  const label = (at: string) => (unit === 'hour' ? clockText(at, zone) : dayText(at, zone, now))
  const step = Math.max(1, Math.ceil(bars.length / 6))
  const seen = parts.filter((part) => part.key !== 'setAside' || bars.some((bar) => bar.setAside > 0))
  return (
    <figure>
      <div className="flex gap-2">
        <div
          aria-hidden="true"
          className="figures flex min-w-8 shrink-0 flex-col justify-between text-right text-xs leading-none text-faint"
          style={{ height }}
        >
          <span>{figure(most)}</span>
          <span>0</span>
        </div>
        <div className="min-w-0 flex-1">
          <svg
            aria-hidden="true"
            viewBox={`0 0 ${bars.length * 10} ${height}`}
            preserveAspectRatio="none"
            className="block w-full border-b border-line-strong"
            style={{ height }}
          >
            <line x1="0" x2={bars.length * 10} y1="0.5" y2="0.5" className="stroke-line" vectorEffect="non-scaling-stroke" />
            {bars.map((bar, index) => {
              let top = height
              return (
                <g key={bar.at}>
                  <title>{`${exactText(bar.at, zone)}: ${figure(total(bar))}`}</title>
                  <rect x={index * 10} y="0" width="10" height={height} className="fill-transparent hover:fill-hover" />
                  {seen.map((part) => {
                    const size = bar[part.key] === 0 ? 0 : Math.max(1.5, (bar[part.key] / most) * (height - 2))
                    top -= size
                    return size === 0 ? null : (
                      <rect key={part.key} x={index * 10 + 1.5} y={top} width="7" height={size} className={`${part.fill} pointer-events-none`} />
                    )
                  })}
                </g>
              )
            })}
          </svg>
          {bars.every((bar) => total(bar) === 0) && <p className="-mt-14 mb-9 text-center text-sm text-faint">Nothing was delivered in this period.</p>}
          <div aria-hidden="true" className="figures relative mt-1 h-4 text-xs text-faint">
            {bars.map((bar, index) =>
              index % step === 0 ? (
                <span key={bar.at} className="absolute whitespace-nowrap" style={{ left: `${(index / bars.length) * 100}%` }}>
                  {label(bar.at)}
                </span>
              ) : null,
            )}
          </div>
        </div>
      </div>
      <figcaption className="mt-2 flex flex-wrap items-center justify-between gap-x-4 gap-y-1 text-xs text-soft">
        <span className="flex flex-wrap gap-x-4">
          {seen.map((part) => (
            <span key={part.key} className="inline-flex items-center gap-1.5">
              <span aria-hidden="true" className={`size-2 rounded-[2px] ${part.mark}`} />
              {part.name}
            </span>
          ))}
        </span>
        <span className="text-faint">Times of {zoneName(zone)}</span>
      </figcaption>
      <details className="mt-1 text-xs">
        <summary className="inline-flex rounded-sm text-faint hover:text-ink">As a table</summary>
        <div tabIndex={0} role="group" aria-label="Deliveries as a table" className="quiet-scroll mt-1 max-h-64 overflow-auto">
          <table className="figures w-full max-w-md text-right">
            <caption className="sr-only">Deliveries per {unit}</caption>
            <thead className="text-faint">
              <tr>
                <th scope="col" className="py-1 text-left font-medium">
                  {unit === 'hour' ? 'Hour' : 'Day'}
                </th>
                {parts.map((part) => (
                  <th key={part.key} scope="col" className="py-1 font-medium">
                    {part.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {bars.map((bar) => (
                <tr key={bar.at} className="border-t border-line">
                  <th scope="row" className="py-0.5 text-left font-normal">
                    {unit === 'hour' ? `${dayText(bar.at, zone, now)}, ${clockText(bar.at, zone)}` : dayText(bar.at, zone, now)}
                  </th>
                  <td>{figure(bar.applied)}</td>
                  <td>{figure(bar.ignored)}</td>
                  <td>{figure(bar.setAside)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}

const figure = (count: number) => count.toLocaleString('en-US')

/** The next of 1, 2, 5, 10, 20, 50 ...: an axis that people can read. */
function niceTop(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most))
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= most) ?? most
}
