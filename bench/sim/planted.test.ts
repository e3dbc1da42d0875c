import { expect, it } from 'vitest'
import { root } from '@/scripts/paths'
import { bugs, plant } from './planted'

it('every bug can still be planted: a patch that does not apply any more proves nothing', () => {
  expect(bugs().length).toBeGreaterThanOrEqual(20)
  expect(bugs().flatMap((bug) => plant(bug, root, { onlyLook: true }) ?? [])).toEqual([])
})
