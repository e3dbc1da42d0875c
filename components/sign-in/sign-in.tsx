'use client'

import { useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, Input } from '@/components/ui/field'
import { Mark } from '@/components/frame/mark'
import { Notice } from '@/components/ui/notice'

/** A person of the demo, offered in the sandbox only. */
export type DemoPerson = { name: string; email: string; password: string; about: string }

/**
 * The sign-in form: a plain POST that works without scripts. `hidden` carries what the target wants besides (a CSRF
 * token, where to go next). `error` is a sentence, never a code.
 */
export function SignIn({
  action,
  hidden,
  error,
  email,
  demo,
}: {
  action: string
  hidden: Readonly<Record<string, string>>
  error: string | null
  email?: string
  demo: ReadonlyArray<DemoPerson>
}) {
  const form = useRef<HTMLFormElement>(null)
  const [busy, setBusy] = useState(false)
  const use = (person: DemoPerson) => {
    const fields = form.current?.elements
    const emailField = fields?.namedItem('email')
    const passwordField = fields?.namedItem('password')
    if (!(emailField instanceof HTMLInputElement) || !(passwordField instanceof HTMLInputElement)) return
    emailField.value = person.email
    passwordField.value = person.password
    form.current?.requestSubmit()
  }
  return (
    <main className="grid min-h-dvh place-items-center bg-canvas px-4 py-10">
      <div className="w-full max-w-sm">
        <Mark className="mb-8" />
        <h1 className="text-xl font-semibold tracking-[-0.01em]">Sign in</h1>
        <p className="mt-1 text-sm text-soft">Money moved, and here is why.</p>
        {error !== null && (
          <div className="mt-5">
            <Notice tone="bad" title={error} urgent />
          </div>
        )}
        <form ref={form} method="post" action={action} onSubmit={() => setBusy(true)} className="mt-5 grid gap-4">
          {Object.entries(hidden).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <Field label="E-mail">
            {(parts) => <Input {...parts} name="email" type="email" autoComplete="username" required defaultValue={email} autoFocus={email === undefined} />}
          </Field>
          <Field label="Password">{(parts) => <Input {...parts} name="password" type="password" autoComplete="current-password" required />}</Field>
          <Button type="submit" look="solid" busy={busy} className="h-9">
            {busy ? 'Signing in…' : 'Sign in'}
          </Button>
        </form>
        {demo.length > 0 && (
          <section aria-label="People of the demo" className="mt-8">
            <h2 className="text-sm font-medium">This is the sandbox: come in as</h2>
            <ul className="mt-2 divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
              {demo.map((person) => (
                <li key={person.email}>
                  <button
                    type="button"
                    disabled={busy}
                    onClick={() => use(person)}
                    className="flex w-full items-baseline justify-between gap-4 px-3 py-2.5 text-left text-sm hover:bg-hover focus-visible:-outline-offset-2"
                  >
                    <span className="min-w-0">
                      <span className="block font-medium">{person.name}</span>
                      <span className="block truncate text-xs text-faint">{person.email}</span>
                    </span>
                    <span className="shrink-0 text-right text-xs text-soft">{person.about}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </main>
  )
}
