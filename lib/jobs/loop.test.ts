import { expect, it } from 'vitest'
import { runLoop } from './loop'

/** When each of `count` steps began that have more to do, the last one excepted. */
async function beginnings(count: number, restMs?: number): Promise<number[]> {
  const at: number[] = []
  await new Promise<void>((resolve) => {
    const loop = runLoop({
      name: 'test',
      channel: null,
      pollMs: 10_000,
      ...(restMs !== undefined && { restMs }),
      step: () => {
        at.push(performance.now())
        if (at.length < count) return Promise.resolve(true)
        void loop.stop().then(resolve)
        return Promise.resolve(false)
      },
    })
  })
  return at
}

it('a step that has more is followed at once, or after its rest', async () => {
  const [first = 0, , third = 0] = await beginnings(3)
  expect(third - first).toBeLessThan(40)
  const [one = 0, two = 0, three = 0] = await beginnings(3, 60)
  // Timers may fire a moment early.
  expect(Math.min(two - one, three - two)).toBeGreaterThan(55)
})
