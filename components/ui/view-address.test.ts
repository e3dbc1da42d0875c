import { expect, it } from 'vitest'
import { patchedQuery } from './view-address'

it('keeps what a view is and changes what is asked', () => {
  expect(patchedQuery('status=succeeded&q=1043', { status: ['failed', 'processing'] })).toBe('q=1043&status=failed&status=processing')
  expect(patchedQuery('status=succeeded&q=1043', { status: null, q: '' })).toBe('')
})

it('goes back to the first page when anything but the position changes', () => {
  expect(patchedQuery('older=abc&sort=amount', { status: 'failed' })).toBe('sort=amount&status=failed')
  expect(patchedQuery('older=abc&sort=amount', { newer: 'def' })).toBe('newer=def&sort=amount')
})

it('writes equal views as equal addresses', () => {
  expect(patchedQuery('b=2&a=1', { c: '3' })).toBe(patchedQuery('a=1&c=3', { b: '2' }))
})
