'use client'

import '@fontsource-variable/inter/index.css'
import './globals.css'
import { useTryAgain } from '@/components/live/use-try-again'
import { digestOf, NoticeError } from '@/components/ui/whole-page'

/** Shown when even the root layout fails: it brings its own document. */
export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  useTryAgain(retry)
  return (
    <html lang="en">
      <body>
        <title>Something went wrong · Matchbook</title>
        <NoticeError reference={digestOf(error)} retry={retry} homeHref="/" />
      </body>
    </html>
  )
}
