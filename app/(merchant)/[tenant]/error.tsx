'use client'

import { useTryAgain } from '@/components/live/use-try-again'
import { Button } from '@/components/ui/button'
import { ErrorState } from '@/components/ui/empty-state'
import { Page } from '@/components/ui/page'
import { digestOf } from '@/components/ui/whole-page'

/** Shown inside the frame when a screen fails to render. Says what was not lost and what to do; never the raw error. */
export default function ScreenError({ error, retry }: { error: unknown; retry: () => void }) {
  const reference = digestOf(error)
  useTryAgain(retry)
  return (
    <Page>
      <ErrorState
        title="This screen could not be shown"
        action={
          <Button look="solid" onClick={() => retry()}>
            Try again
          </Button>
        }
      >
        <p>Something went wrong on our side while reading it. No payment is lost by it: what we cannot take in now, Stripe sends again.</p>
        <p className="mt-2">It is tried again by itself.</p>
        {reference !== null && (
          <p className="mt-2 text-xs text-faint">
            Reference for support: <code className="font-mono">{reference}</code>
          </p>
        )}
      </ErrorState>
    </Page>
  )
}
