'use client'

import { createContext, useContext, useEffect, useState, type ReactNode } from 'react'

type Clock = { now: string; zone: string }

const ClockContext = createContext<Clock | null>(null)

/**
 * Gives `now` (ISO, UTC) and the zone in which times are shown to everything below. `now` comes from the server, because
 * the product's clock is not the browser's; between renders it moves on by the time that passed here.
 */
export function ClockProvider({ now, zone, children }: { now: string; zone: string; children: ReactNode }) {
  const [tick, setTick] = useState({ base: now, now })

  useEffect(() => {
    const started = performance.now()
    const timer = setInterval(() => {
      setTick({ base: now, now: new Date(Date.parse(now) + performance.now() - started).toISOString() })
    }, 30_000)
    return () => clearInterval(timer)
  }, [now])

  return <ClockContext value={{ now: tick.base === now ? tick.now : now, zone }}>{children}</ClockContext>
}

/** The clock of the nearest provider, with overrides. Throws when neither is there: a time without zone is a bug. */
export function useClock(overrides?: { now?: string; zone?: string }): Clock {
  const given = useContext(ClockContext)
  const now = overrides?.now ?? given?.now
  const zone = overrides?.zone ?? given?.zone
  if (now === undefined || zone === undefined) throw new Error('A time is shown without a ClockProvider above it.')
  return { now, zone }
}
