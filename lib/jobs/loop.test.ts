import { expect, it } from 'vitest'
import { useClock as putClock } from '@/lib/kernel/clock'
import { runLoop } from './loop'

/** How long a loop slept between three steps that have more and take 20 ms each, by a clock that only its steps move. */
async function sleeps(restMs?: number): Promise<number[]> {
  let wallMs = 0
  const slept: number[] = []
  putClock({ now: () => new Date(wallMs), nowMs: () => wallMs, wallMs: () => wallMs, sleep: (ms) => (slept.push(ms), Promise.resolve()) })
  await new Promise<void>((resolve) => {
    let steps = 0
    const loop = runLoop({
      name: 'test',
      channel: null,
      pollMs: 10_000,
      ...(restMs !== undefined && { restMs }),
      step: () => {
        wallMs += 20
        if (++steps < 3) return Promise.resolve(true)
        void loop.stop().then(resolve)
        return Promise.resolve(false)
      },
    })
  })
  return slept.filter((ms) => ms !== 10_000)
}

it('a step that has more is followed at once', async () => {
  expect(await sleeps()).toEqual([])
})

it('or after what its own time left of the rest', async () => {
  expect(await sleeps(60)).toEqual([40, 40])
  expect(await sleeps(20)).toEqual([])
})

it('backs off by how often it failed in a row, however long it had more to do', async () => {
  const slept: number[] = []
  putClock({ now: () => new Date(0), nowMs: () => 0, wallMs: () => 0, sleep: (ms) => (slept.push(ms), Promise.resolve()) })
  await new Promise<void>((resolve) => {
    let steps = 0
    const loop = runLoop({
      name: 'test',
      channel: null,
      pollMs: 60_000,
      step: () => {
        steps += 1
        if (steps === 6) void loop.stop().then(resolve)
        return steps % 2 === 0 ? Promise.resolve(true) : Promise.reject(new Error('once'))
      },
    })
  })
  expect(slept).toEqual([400, 400, 400])
})

it('ends at once when it is told to stop while it waits', async () => {
  let asked: AbortSignal | undefined
  putClock({
    now: () => new Date(0),
    nowMs: () => 0,
    wallMs: () => 0,
    sleep: (_, signal) => new Promise((resolve) => (asked = signal)?.addEventListener('abort', () => resolve(), { once: true })),
  })
  const loop = runLoop({ name: 'test', channel: null, pollMs: 60_000, step: () => Promise.resolve(false) })
  await expect.poll(() => asked).toBeDefined()
  await loop.stop()
  expect(asked?.aborted).toBe(true)
})
