import { cx } from './class-names'
import { toneMark, type Tone } from './tone'

/** A small mark whose shape, not only its colour, tells the tone. */
export function Glyph({ tone, className }: { tone: Tone; className?: string }) {
  return (
    <svg viewBox="0 0 10 10" aria-hidden="true" className={cx('size-2.5 shrink-0', toneMark[tone], className)}>
      {tone === 'good' && <circle cx="5" cy="5" r="4" fill="currentColor" />}
      {tone === 'waiting' && (
        <>
          <circle cx="5" cy="5" r="3.6" fill="none" stroke="currentColor" strokeWidth="1.4" />
          <path d="M5 1.4a3.6 3.6 0 0 1 0 7.2z" fill="currentColor" />
        </>
      )}
      {tone === 'attention' && <path d="M5 .8 9.6 9H.4z" fill="currentColor" strokeLinejoin="round" />}
      {tone === 'bad' && <path d="M5 .4 9.6 5 5 9.6.4 5z" fill="currentColor" />}
      {tone === 'plain' && <circle cx="5" cy="5" r="3.4" fill="none" stroke="currentColor" strokeWidth="1.4" />}
    </svg>
  )
}
