import { expect, it } from 'vitest'
import { canonicalJson } from './canonical'
import { isIdempotencyKey, judgeRepeat } from './claim'

const at = new Date('2026-11-21T10:00:00Z')
const after = (ms: number) => new Date(at.getTime() + ms)
const kept = { params_hash: 'a', state: 'answered' as const, http_status: 201, has_reply: true, created_at: at }

it('replays what made something, lets a refusal be tried again, and never mixes parameters', () => {
  expect(judgeRepeat(kept, 'a', after(1))).toBe('replay')
  expect(judgeRepeat({ ...kept, http_status: 409, has_reply: false }, 'a', after(1))).toBe('run_again')
  expect(judgeRepeat(kept, 'b', after(1))).toBe('other_params')
  expect(judgeRepeat({ ...kept, state: 'started', has_reply: false }, 'b', after(1))).toBe('other_params')
})

it('waits for the first, and takes over when it was cut off', () => {
  const started = { ...kept, state: 'started' as const, has_reply: false }
  expect(judgeRepeat(started, 'a', after(59_999))).toBe('in_progress')
  expect(judgeRepeat(started, 'a', after(60_000))).toBe('run_again')
})

it('takes printable keys only', () => {
  expect(['a', 'order-17 try 2', 'x'.repeat(255)].every(isIdempotencyKey)).toBe(true)
  expect(['', ' a', 'a\n', 'é', 'x'.repeat(256)].some(isIdempotencyKey)).toBe(false)
})

it('knows equal parameters whatever their order', () => {
  expect(canonicalJson({ b: [1, { d: 1, c: undefined }], a: null })).toBe(canonicalJson({ a: null, b: [1, { d: 1 }] }))
  expect(canonicalJson({ a: [1, 2] })).not.toBe(canonicalJson({ a: [2, 1] }))
})
