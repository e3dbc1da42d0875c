import type { ReactNode } from 'react'
import { buttonClass } from './button-class'

/** Reads the reference that the server's log carries for an error, if it has one. */
export function digestOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('digest' in error)) return null
  return typeof error.digest === 'string' ? error.digest : null
}

/** A calm page with one message in the middle: what happened, what was not lost, what to do. */
export function WholePage({ title, children, actions }: { title: string; children: ReactNode; actions?: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center bg-canvas p-6">
      <div className="w-full max-w-md">
        <h1 className="text-xl font-semibold text-balance">{title}</h1>
        <div className="mt-2 space-y-2 text-base text-soft">{children}</div>
        {actions !== undefined && <div className="mt-6 flex flex-wrap gap-2">{actions}</div>}
      </div>
    </main>
  )
}

/** The page for an address that leads nowhere. */
export function Notice404({ homeHref }: { homeHref: string }) {
  return (
    <WholePage
      title="There is nothing at this address"
      actions={
        // A plain link: every page carries this one, the payer's too, and none should carry a router for it.
        <a href={homeHref} className={buttonClass('solid')}>
          Go to the start
        </a>
      }
    >
      <p>The link may be old or cut short, or it belongs to an account you are not signed in to.</p>
      <p>Nothing was changed or lost.</p>
    </WholePage>
  )
}

/** The page for a failure while rendering, with a way to try again and the reference to quote. */
export function NoticeError({ reference, retry, homeHref }: { reference: string | null; retry: () => void; homeHref: string }) {
  return (
    <WholePage
      title="This page could not be shown"
      actions={
        <>
          <button type="button" className={buttonClass('solid')} onClick={() => retry()}>
            Try again
          </button>
          <a href={homeHref} className={buttonClass('outline')}>
            Go to the start
          </a>
        </>
      }
    >
      <p>Something went wrong on our side while preparing it. No payment is lost by it: what we cannot take in now, Stripe sends again.</p>
      <p>It is tried again by itself.</p>
      {reference !== null && (
        <p className="text-sm text-faint">
          Reference for support: <code className="font-mono text-xs">{reference}</code>
        </p>
      )}
    </WholePage>
  )
}
