import { State } from '@/components/state/state'
import { wordFor } from '@/components/state/words'
import { cx } from '@/components/ui/class-names'
import { hint } from '@/components/ui/hint'
import { Tag } from '@/components/ui/pill'
import type { EventRow } from './view'

/** What became of an event, why, and whether a repeat of it was another event. */
export function Outcome({ of }: { of: Pick<EventRow, 'outcome' | 'reason' | 'alarm'> }) {
  const reason = of.reason === null ? null : wordFor('eventReason', of.reason)
  return (
    <span className="inline-flex max-w-full items-center gap-2">
      <State of="event" is={of.outcome} />
      {reason !== null && (
        <span {...hint(reason.sentence)} className={cx('min-w-0 truncate', reason.tone === 'attention' ? 'text-attention-ink' : 'text-faint')}>
          {reason.label}
        </span>
      )}
      {of.alarm && <Alarm />}
    </span>
  )
}

/** The mark of a repeat that was not the same event. */
export function Alarm() {
  return (
    <span {...hint('An event with the same id came again and was not the same. The first one is kept and used.')}>
      <Tag className="border-bad-mark text-bad-ink">alarm</Tag>
    </span>
  )
}
