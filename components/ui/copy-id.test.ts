import { expect, it } from 'vitest'
import { middleTruncated } from './copy-id'

it('keeps the prefix and both ends of an id, and leaves short ones whole', () => {
  expect(middleTruncated('pi_3QKx7mLkdIwHu7ixh2ZfAbCd')).toBe('pi_3QKx7…fAbCd')
  expect(middleTruncated('cs_live_a1B2c3D4e5F6g7H8i9', 4)).toBe('cs_live_a1B2…H8i9')
  expect(middleTruncated('1043')).toBe('1043')
  expect(middleTruncated('pi_12345678901')).toBe('pi_12345678901')
})
