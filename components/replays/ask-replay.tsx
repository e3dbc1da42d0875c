'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import type { ButtonLook } from '@/components/ui/button-class'
import { Dialog } from '@/components/ui/dialog'
import { post } from '@/components/ui/post-button'
import { replayHref } from './replay-href'
import type { ReplayAsk } from './view'

/** Asks for a replay: says what it is, then begins with a dry run, which changes nothing. */
export function AskReplay({ of, label = 'Replay', look = 'outline' }: { of: ReplayAsk; label?: string; look?: ButtonLook }) {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const start = async () => {
    setBusy(true)
    setProblem(null)
    const answer = await post(of.path, { filter: of.filter, dry_run: true })
    const href = answer.ok ? replayHref(of.hrefBase, answer.body) : null
    setBusy(false)
    if (href !== null) router.push(href)
    else setProblem(answer.ok ? 'The replay was asked for; it is in the list of replays.' : answer.message)
  }
  return (
    <>
      <Button look={look} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title="Replay stored events" note={of.what}>
        <div className="space-y-3 text-sm text-soft">
          <p>
            What is stored of these events is used again from the beginning, as if it had just arrived. Nothing is asked of Stripe, and nothing that is known
            already counts twice.
          </p>
          <p>
            It begins with a <strong className="font-medium text-ink">dry run</strong>: you see what would change, and nothing is changed until you apply it.
            Who asked is recorded.
          </p>
        </div>
        {problem !== null && (
          <p role="alert" className="mt-3 text-sm text-bad-ink">
            {problem}
          </p>
        )}
        <div className="mt-4 flex flex-wrap justify-end gap-2">
          <Button onClick={() => setOpen(false)}>Not now</Button>
          <Button look="solid" busy={busy} onClick={() => void start()}>
            Start the dry run
          </Button>
        </div>
      </Dialog>
    </>
  )
}
