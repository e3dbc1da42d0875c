'use client'

import { useTryAgain } from '@/components/live/use-try-again'
import { digestOf, NoticeError } from '@/components/ui/whole-page'

/** Shown when a page fails to render. Says what was not lost and what to do; never the raw error. */
export default function PageError({ error, retry }: { error: unknown; retry: () => void }) {
  useTryAgain(retry)
  return <NoticeError reference={digestOf(error)} retry={retry} homeHref="/" />
}
