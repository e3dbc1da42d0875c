'use client'

import { cx } from './class-names'
import { useClock } from './clock'
import { hint } from './hint'
import { clockText, dayText, exactText, momentText, relativeText, zoneName } from './zoned'

type TimeStyle = 'moment' | 'day' | 'clock' | 'seconds' | 'relative'

/**
 * A point in time (ISO, UTC), shown in the zone of the nearest ClockProvider. The exact time with its zone, and the
 * same in UTC, appear on hover.
 */
export function Time({
  at,
  show = 'moment',
  zone: zoneOverride,
  now: nowOverride,
  className,
}: {
  at: string
  show?: TimeStyle
  zone?: string
  now?: string
  className?: string
}) {
  const { now, zone } = useClock({ now: nowOverride, zone: zoneOverride })
  const text =
    show === 'relative'
      ? relativeText(at, now)
      : show === 'day'
        ? dayText(at, zone, now)
        : show === 'clock'
          ? clockText(at, zone)
          : show === 'seconds'
            ? clockText(at, zone, true)
            : momentText(at, zone, now)
  const inUtc = zone === 'UTC' ? '' : exactText(at, 'UTC')
  return (
    <time dateTime={at} className={cx('figures whitespace-nowrap', className)} {...hint({ text: exactText(at, zone), meta: inUtc === '' ? at : inUtc })}>
      {text}
    </time>
  )
}

/** The name of the zone in which times are shown, for a column head or a foot note. */
export function ZoneName() {
  const { zone } = useClock()
  return <>{zoneName(zone)}</>
}
