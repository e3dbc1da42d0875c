'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Glyph } from '@/components/ui/glyph'

type Outcome = { ok: boolean; message: string }

function read(body: unknown): Outcome {
  if (typeof body === 'object' && body !== null && 'ok' in body && 'message' in body) return { ok: body.ok === true, message: String(body.message) }
  return { ok: false, message: 'The answer could not be read. Try again.' }
}

/** Asks a store now whether it answers, and says so in a sentence. */
export function TestStore({ path, name }: { path: string; name: string }) {
  const [busy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const ask = async () => {
    setBusy(true)
    try {
      const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
      setOutcome(read(await answer.json()))
    } catch {
      setOutcome({ ok: false, message: 'Matchbook could not be reached. Nothing was changed; try again.' })
    }
    setBusy(false)
  }
  return (
    <span className="flex min-w-0 flex-row-reverse items-center gap-3">
      <Button size="sm" busy={busy} onClick={() => void ask()} aria-label={`Test the connection to ${name}`}>
        {busy ? 'Asking…' : 'Test'}
      </Button>
      <span role="status" className="min-w-0 text-sm">
        {outcome !== null && (
          <span className="flex items-baseline gap-1.5">
            <Glyph tone={outcome.ok ? 'good' : 'bad'} />
            <span className={outcome.ok ? 'text-soft' : 'text-bad-ink'}>{outcome.message}</span>
          </span>
        )}
      </span>
    </span>
  )
}
