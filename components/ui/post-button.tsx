'use client'

import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import { Button } from './button'
import type { ButtonLook } from './button-class'

type Answer = { ok: true; body: unknown } | { ok: false; message: string }

/** Posts JSON to an address of ours; what went wrong comes as a sentence. */
export async function post(path: string, body?: unknown): Promise<Answer> {
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const told: unknown = await answer.json().catch(() => null)
    return answer.ok ? { ok: true, body: told } : { ok: false, message: messageIn(told) }
  } catch {
    return { ok: false, message: 'The server did not answer. Nothing was changed as far as we know; try again.' }
  }
}

function messageIn(body: unknown): string {
  const error = typeof body === 'object' && body !== null && 'error' in body ? (body.error as { message?: unknown; remedy?: unknown }) : null
  const parts = [error?.message, error?.remedy].filter((part) => typeof part === 'string')
  return parts.length === 0 ? 'It was refused. Reload the page and try again.' : parts.join(' ')
}

/** A button that posts and then reads the page anew; `hrefOf` leads elsewhere by what was answered. */
export function PostButton({
  path,
  body,
  children,
  look = 'outline',
  size = 'md',
  hrefOf,
  done,
}: {
  path: string
  body?: unknown
  children: string
  look?: ButtonLook
  size?: 'sm' | 'md'
  hrefOf?: (answer: unknown) => string | null
  /** Said when it went well. */
  done?: string
}) {
  const router = useRouter()
  const [said, setSaid] = useState<{ text: string; bad: boolean } | null>(null)
  const [busy, setBusy] = useState(false)
  const [pending, startTransition] = useTransition()
  return (
    <span className="relative z-10 inline-flex flex-wrap items-center gap-2">
      <Button
        look={look}
        size={size}
        busy={busy || pending}
        onClick={async () => {
          setBusy(true)
          setSaid(null)
          const answer = await post(path, body)
          setBusy(false)
          if (!answer.ok) return setSaid({ text: answer.message, bad: true })
          if (done !== undefined) setSaid({ text: done, bad: false })
          const href = hrefOf?.(answer.body) ?? null
          startTransition(() => (href === null ? router.refresh() : router.push(href)))
        }}
      >
        {children}
      </Button>
      {said !== null && (
        <span role={said.bad ? 'alert' : 'status'} className={said.bad ? 'max-w-80 text-sm whitespace-normal text-bad-ink' : 'text-sm text-soft'}>
          {said.text}
        </span>
      )}
    </span>
  )
}
