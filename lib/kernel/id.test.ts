import { expect, it } from 'vitest'
import { newId } from './id'

it('gives ids that sort as they were made, also within a millisecond, and none twice', () => {
  const ids = Array.from({ length: 20_000 }, newId)
  expect(ids.findIndex((id, index) => index > 0 && id <= (ids[index - 1] ?? ''))).toBe(-1)
  expect(new Set(ids).size).toBe(ids.length)
  expect(new Set(ids.map((id) => id.slice(24))).size, 'the rest is left to chance').toBeGreaterThan(19_900)
})
