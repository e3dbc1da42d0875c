import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readApiKey, writeApiKey } from './api-key-text'
import { normaliseEmail } from './email'
import { absoluteMs, idleMs, judgeSession } from './session-life'
import { slugProblem } from './slug'
import { countTry, firstBlockMs, forgive, freeFailures, longestBlockMs, windowMs, type ThrottleRow } from './throttle'

describe('the text of an API key', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.uuid(),
        fc.constantFrom('live' as const, 'test' as const),
        fc.stringMatching(/^[0-9a-f]{32}$/),
        (tenant_id, key_id, mode, secret) => {
          expect(readApiKey(writeApiKey({ tenant_id, key_id, mode, secret }))).toEqual({ tenant_id, key_id, mode, secret })
        },
      ),
    )
  })

  it('is nothing else', () => {
    const good = writeApiKey({
      tenant_id: '01900000-0000-7000-8000-00000000000a',
      key_id: '01900000-0000-7000-8000-00000000000b',
      mode: 'live',
      secret: 'a'.repeat(32),
    })
    for (const text of ['', 'mbk', good.toUpperCase(), `${good}\n`, ` ${good}`, good.replace('live', 'prod'), good.slice(0, -1)])
      expect(readApiKey(text), text).toBeNull()
  })
})

describe('an e-mail address', () => {
  it('has one spelling', () => expect(normaliseEmail(' Ann.B+shop@Example.COM ')).toBe('ann.b+shop@example.com'))

  it('is one address of plain letters', () => {
    const wrong = [
      '',
      'ann',
      'ann@',
      '@example.com',
      'ann@example',
      'a@b.c, d@e.f',
      'ann@example.com\u0000',
      'ann@example.com\nbcc:x',
      'аnn@example.com',
      'ann@exаmple.com',
      'ａnn@example.com',
      '"ann"@example.com',
      'ann@@example.com',
      'ann@-example.com',
      `${'a'.repeat(65)}@example.com`,
    ]
    for (const text of wrong) expect(normaliseEmail(text), text).toBeNull()
  })
})

describe('the address of a tenant', () => {
  it('is short, plain and none of our own pages', () => {
    expect(slugProblem('acme-shoes')).toBeNull()
    for (const slug of ['pay', 'api', 'sign-in', 'healthz', 'A', 'ab', 'a--b', '-ab', 'ab-', 'ac me', '1ab', 'a'.repeat(41)])
      expect(slugProblem(slug), slug).not.toBeNull()
  })
})

describe('a session', () => {
  const at = (ms: number) => new Date(ms)
  const row = { created_at: at(0), last_seen_at: at(0), expires_at: at(absoluteMs), revoked_at: null, user_disabled_at: null }

  it('lives until it is idle, too old, revoked, or its person is disabled', () => {
    expect(judgeSession(row, idleMs - 1)).toBe('alive')
    expect(judgeSession(row, idleMs)).toBe('idle')
    expect(judgeSession({ ...row, last_seen_at: at(absoluteMs - 1) }, absoluteMs)).toBe('expired')
    expect(judgeSession({ ...row, last_seen_at: at(absoluteMs - 1), expires_at: at(absoluteMs * 9) }, absoluteMs)).toBe('expired')
    expect(judgeSession({ ...row, revoked_at: at(1) }, 2)).toBe('revoked')
    expect(judgeSession({ ...row, user_disabled_at: at(1) }, 2)).toBe('disabled')
  })
})

describe('the throttle', () => {
  const fail = (row: ThrottleRow | null, ms: number) => {
    const answer = countTry(row, new Date(ms))
    if (!answer.allowed) throw new Error(`blocked until ${answer.until.getTime()}`)
    return answer.next
  }
  const failTimes = (times: number, row: ThrottleRow | null, ms: number) =>
    Array.from({ length: times }).reduce<ThrottleRow | null>((now) => fail(now, ms), row)

  it('blocks after five, longer each time, never longer than an hour', () => {
    let row: ThrottleRow | null = null
    let ms = 0
    for (const expected of [firstBlockMs, 2 * firstBlockMs, longestBlockMs, longestBlockMs]) {
      row = failTimes(freeFailures, row, ms)
      expect(countTry(row, new Date(ms + expected - 1)).allowed).toBe(false)
      expect(countTry(row, new Date(ms + expected)).allowed).toBe(true)
      ms += expected
    }
  })

  it('counts what began within a quarter of an hour together, and forgets before that', () => {
    const four = failTimes(freeFailures - 1, null, 0)
    expect(fail(four, windowMs - 1).blocked_until).not.toBeNull()
    expect(fail(four, windowMs)).toMatchObject({ failures: 1, blocked_until: null })
  })

  it('takes back the try that succeeded, and the block it started', () => {
    const five = failTimes(freeFailures, null, 0)
    expect(five?.blocked_until).not.toBeNull()
    expect(forgive(five ?? { failures: 0, window_from: new Date(0), blocked_until: null })).toMatchObject({ failures: freeFailures - 1, blocked_until: null })
  })
})
