import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import Stripe from 'stripe'
import { verifySignature } from './signature'

const now = 1_795_000_000
const secret = 'whsec_current0123456789'
const older = 'whsec_older0123456789'
const body = Buffer.from(JSON.stringify({ id: 'evt_1', object: 'event', data: { object: { name: 'Zoë – 10 €' } } }))
const v1 = (key: string, payload: Buffer = body, t: number | string = now) => createHmac('sha256', key).update(`${t}.`).update(payload).digest('hex')
const header = (key = secret, t: number = now, payload: Buffer = body) => `t=${t},v1=${v1(key, payload, t)}`
const reason = (...args: Parameters<typeof verifySignature>) => {
  const verdict = verifySignature(...args)
  return verdict.ok ? 'accepted' : verdict.reason
}

describe('accepts', () => {
  it.each([
    ['its own signature', header(), [secret]],
    ['the signature that the SDK makes', Stripe.webhooks.generateTestHeaderString({ payload: body.toString(), secret, timestamp: now }), [secret]],
    ['either secret while one is being replaced', header(older), [secret, older]],
    ['one of several v1', `t=${now},v1=${'0'.repeat(64)},v1=${v1(secret)},v0=${'a'.repeat(64)}`, [secret]],
    ['a later scheme beside it, whatever its form', `t=${now},v1=${v1(secret)},v2=c2lnbmVk==,ed25519`, [secret]],
    ['an age of exactly the tolerance', header(secret, now - 300), [secret]],
  ])('%s', (_, given, secrets) => expect(verifySignature(body, given, secrets, now)).toEqual({ ok: true }))
})

describe('refuses', () => {
  it('without a secret, whatever the header', () => {
    for (const secrets of [[], [''], ['   '], ['\n', '']]) expect(reason(body, header(''), secrets, now)).toBe('no_secret')
    expect(reason(body, `t=${now},v1=${v1('')}`, ['', secret], now)).toBe('no_match')
  })

  it.each([
    ['no header', null, 'no_header'],
    ['an empty header', ' ', 'no_header'],
    ['another secret', header('whsec_other'), 'no_match'],
    ['an old secret that is no longer listed', header(older), 'no_match'],
    ['an age beyond the tolerance', header(secret, now - 301), 'too_old'],
    ['a time too far ahead', header(secret, now + 301), 'in_future'],
    ['v0 alone', `t=${now},v0=${v1(secret)}`, 'header_malformed'],
    ['two times', `t=${now - 9000},${header()}`, 'header_malformed'],
    ['the header sent twice', `${header()}, ${header()}`, 'header_malformed'],
    ['a time that is no number', `t=NaN,v1=${v1(secret, body, 'NaN')}`, 'header_malformed'],
    ['a time with a tail', `t=${now}x,v1=${v1(secret)}`, 'header_malformed'],
    ['an upper-case signature', `t=${now},v1=${v1(secret).toUpperCase()}`, 'header_malformed'],
  ])('%s', (_, given, expected) => expect(reason(body, given, [secret], now)).toBe(expected))

  it('any altered byte, also those that a lenient decoder would mend', () => {
    for (let at = 0; at < body.length; at++) {
      const altered = Buffer.from(body)
      altered[at] = (altered[at] ?? 0) ^ 0x81
      expect(verifySignature(altered, header(), [secret], now).ok).toBe(false)
    }
    const withReplacement = Buffer.from('{"a":"\uFFFD"}')
    expect(
      verifySignature(Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]), header(secret, now, withReplacement), [secret], now).ok,
    ).toBe(false)
    expect(verifySignature(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]), header(), [secret], now).ok).toBe(false)
    expect(reason(Buffer.alloc(0), header(secret, now, Buffer.alloc(0)), [secret], now)).toBe('body_not_text')
  })
})
