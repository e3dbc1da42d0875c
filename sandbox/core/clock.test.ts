import { describe, expect, it } from 'vitest'
import { Clock } from './clock'
import { Log } from './log'
import { Store } from './store'

/** A clock over a wall that moves only when told. */
function clockAt(startMs: number, freshOffsetMs = 0) {
  const wall = { now: startMs }
  const store = new Store(null)
  const clock = new Clock(store, new Log(false), freshOffsetMs, () => wall.now)
  const seen: string[] = []
  clock.onDue<string>('step', (name) => void seen.push(`${name}@${clock.now()}`))
  return { clock, wall, store, seen }
}

describe('sandbox time', () => {
  it('is the wall plus an offset, and never goes back', () => {
    const { clock, wall } = clockAt(1_000_000, -500_000)
    expect(clock.now()).toBe(500)
    wall.now -= 200_000
    expect(clock.now()).toBe(500)
    wall.now += 400_000
    expect(clock.now()).toBe(700)
  })

  it('advances through what becomes due, in time order, each at its own time', async () => {
    const { clock, seen } = clockAt(0)
    clock.schedule(300, 'step', 'c')
    clock.schedule(100, 'step', 'a')
    clock.schedule(100, 'step', 'b')
    clock.schedule(900, 'step', 'later')
    clock.onDue<string>('again', (name) => void clock.schedule(clock.now() + 50, 'step', name))
    clock.schedule(120, 'again', 'made on the way')
    await clock.advance({ by_seconds: 400 })
    expect(seen).toEqual(['a@100', 'b@100', 'made on the way@170', 'c@300'])
    expect(clock.now()).toBe(400)
    expect(clock.offsetMs()).toBe(400_000)
  })

  it('announces a new offset before it is effective, and waits for the answer', async () => {
    const { clock } = clockAt(0)
    const told: string[] = []
    clock.onAnnounce(async (offset) => {
      told.push(`announced ${offset} at ${clock.now()}`)
      await Promise.resolve()
      told.push(`answered at ${clock.now()}`)
    })
    await clock.advance({ to_offset_ms: 60_000 })
    expect(told).toEqual(['announced 60000 at 0', 'answered at 0'])
    await clock.advance({ to_offset_ms: 30_000 })
    expect(clock.offsetMs()).toBe(60_000)
  })

  it('goes on after a step that fails, and forgets what was cancelled', async () => {
    const { clock, seen } = clockAt(0)
    clock.schedule(10, 'nobody handles this', null)
    clock.cancel(clock.schedule(20, 'step', 'cancelled'))
    clock.schedule(30, 'step', 'kept')
    await clock.advance({ by_seconds: 60 })
    expect(seen).toEqual(['kept@30'])
  })

  it('runs what becomes due as wall time passes', async () => {
    const store = new Store(null)
    const clock = new Clock(store, new Log(false), 0)
    const seen: number[] = []
    clock.onDue<number>('step', (value) => void seen.push(value))
    clock.start()
    clock.schedule(Date.now() / 1000 + 0.05, 'step', 1)
    await expect.poll(() => seen).toEqual([1])
    clock.stop()
  })
})
