import { expect, it } from 'vitest'
import { regressions, simulate } from './main'
import { describe as tell } from './report'

/** No new history is begun after this long; on a busy machine fewer are lived. */
const withinMs = 25_000

it('finds the books as the model predicts, in each history that failed once and in new ones, and lives one seed twice alike', async () => {
  const seeds = ['short-0', 'short-0', ...regressions(), ...Array.from({ length: 18 }, (_, index) => `short-${index + 1}`)]
  const { results } = await simulate(
    { histories: 0, seed: '', jobs: 1, faults: null, only: seeds.join(','), verbose: false, untilCaught: false, withinMs },
    () => undefined,
  )
  expect(results.flatMap(tell)).toEqual([])
  const [first, again] = results
  expect(first?.events).toBeGreaterThan(50)
  expect(again).toEqual(first)
}, 240_000)

it('breaks off a run with a history that stands still, and says which and what it was busy with', async () => {
  const run = simulate(
    { histories: 0, seed: '', jobs: 1, faults: null, only: 'short-0', verbose: false, untilCaught: false, withinMs: null, patienceS: 1 },
    () => undefined,
  )
  await expect(run).rejects.toThrow(/stands still after \d+ steps/)
}, 60_000)
