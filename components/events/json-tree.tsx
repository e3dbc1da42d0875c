'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { cx } from '@/components/ui/class-names'

/** Deeper than this is folded at first. */
const openTo = 3

/** JSON that opens and folds by part, and is copied as a whole. */
export function JsonTree({ value, text, label }: { value: unknown; text: string; label: string }) {
  const [said, setSaid] = useState<'' | 'Copied' | 'The browser refused'>('')
  const [depth, setDepth] = useState(openTo)
  return (
    <div>
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        <Button
          size="sm"
          onClick={() =>
            void navigator.clipboard.writeText(text).then(
              () => setSaid('Copied'),
              () => setSaid('The browser refused'),
            )
          }
        >
          Copy
        </Button>
        <Button size="sm" look="ghost" onClick={() => setDepth(depth === openTo ? 99 : openTo)}>
          {depth === openTo ? 'Open all' : 'Fold'}
        </Button>
        <span role="status" className="text-xs text-faint">
          {said}
        </span>
      </div>
      <div role="group" aria-label={label} tabIndex={0} className="quiet-scroll max-h-[36rem] overflow-auto px-3 py-2 font-mono text-xs leading-5">
        <Value key={depth} value={value} depth={0} openTo={depth} />
      </div>
    </div>
  )
}

function Value({ name, value, depth, openTo: limit }: { name?: string; value: unknown; depth: number; openTo: number }) {
  const label = name === undefined ? null : <span className="text-soft">{name}: </span>
  if (typeof value !== 'object' || value === null)
    return (
      <div className="pl-4 [overflow-wrap:anywhere]">
        {label}
        <Plain value={value} />
      </div>
    )
  const entries: [string, unknown][] = Array.isArray(value) ? value.map((item, index) => [String(index), item]) : Object.entries(value)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  if (entries.length === 0)
    return (
      <div className="pl-4">
        {label}
        <span className="text-faint">
          {open}
          {close}
        </span>
      </div>
    )
  return (
    <details open={depth < limit} className="pl-4">
      <summary className="-ml-4 list-none rounded-sm pl-4 hover:bg-hover [&::-webkit-details-marker]:hidden">
        <span aria-hidden="true" className="-ml-3.5 inline-block w-3.5 text-faint before:content-['▸'] [details[open]>summary>&]:before:content-['▾']" />
        {label}
        <span className="text-faint">
          {open} {entries.length} {close}
        </span>
      </summary>
      {entries.map(([key, item]) => (
        <Value key={key} name={key} value={item} depth={depth + 1} openTo={limit} />
      ))}
    </details>
  )
}

function Plain({ value }: { value: unknown }) {
  const hidden = value === '[hidden]'
  return (
    <span className={cx(hidden ? 'rounded-sm bg-pressed px-1 text-faint' : typeof value === 'string' ? 'text-ink' : 'text-accent')}>
      {hidden ? 'hidden' : typeof value === 'string' ? `"${value}"` : String(value)}
    </span>
  )
}
