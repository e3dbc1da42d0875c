import { describe, expect, it } from 'vitest'
import { safeCallback } from './callback'
import { callerAddress } from './caller-address'
import { readChange, writeChange } from './change'
import { contentSecurityPolicy, documentOf } from './content-security'
import { comesFromUs } from './same-origin'
import { isUnavailable } from './unavailable'

const origin = 'https://books.example'

describe('where to go after signing in', () => {
  it('is a path of our own with its query', () => {
    for (const path of ['/acme', '/acme/payments?mode=test&status=paid', '/acme/orders/ord_1']) expect(safeCallback(path, origin)).toBe(path)
  })

  it('is never off our site, nor in a circle', () => {
    const evil = [
      '//evil.example',
      '/\\evil.example',
      '\\/evil.example',
      'https://evil.example',
      'https:evil.example',
      'javascript:alert(1)',
      'data:text/html,x',
      '/\t/evil.example',
      '/\n/evil.example',
      '\t//evil.example',
      '/a\r\nset-cookie: x',
      '',
      'acme',
      '@evil.example',
      '/..//evil.example',
      '/.//evil.example',
      '/%0d%0a'.replace('%0d%0a', '\r\n'),
      '/sign-in',
      '/sign-in?callback=/x',
      '/api/auth/signout',
      `/${'a'.repeat(2_000)}`,
      null,
      undefined,
      ['/acme'],
      7,
    ]
    for (const text of evil) {
      const answer = safeCallback(text, origin)
      expect(answer === null || new URL(answer, origin).origin === origin, String(text)).toBe(true)
      if (answer !== null) expect(answer.startsWith('//'), String(text)).toBe(false)
    }
    for (const text of ['//evil.example', '/\\evil.example', 'https://evil.example', '/..//evil.example', '/sign-in', '/api/auth/signout'])
      expect(safeCallback(text, origin), text).toBeNull()
  })
})

describe('a change with our cookie', () => {
  const asks = (headers: Record<string, string>, method = 'POST') => comesFromUs({ method, headers: new Headers(headers) }, origin)

  it('comes from one of our own pages', () => {
    expect(asks({ origin, 'sec-fetch-site': 'same-origin' })).toBe(true)
    expect(asks({ origin })).toBe(true)
    expect(asks({ 'sec-fetch-site': 'same-origin' })).toBe(true)
  })

  it('comes from nowhere else', () => {
    for (const headers of [
      {},
      { origin: 'null' },
      { origin: 'https://evil.example' },
      { origin, 'sec-fetch-site': 'cross-site' },
      { origin, 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { origin: 'http://books.example' },
      { origin: `${origin}.evil.example`, 'sec-fetch-site': 'same-origin' },
    ]) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) expect(asks(headers as Record<string, string>, method), JSON.stringify(headers)).toBe(false)
    }
  })

  it('is no matter for reading', () => expect(asks({ origin: 'https://evil.example' }, 'GET')).toBe(true))
})

describe('the content security policy', () => {
  const policy = (pathname: string, standIn: string | null) =>
    Object.fromEntries(
      contentSecurityPolicy({ document: documentOf(pathname), nonce: 'N', standIn, development: false })
        .split('; ')
        .map((part) => [part.split(' ')[0], part.split(' ').slice(1)]),
    )

  it('lets no foreign script and no frame into our own pages', () => {
    for (const path of ['/', '/acme/payments', '/sign-in', '/payments', '/payer']) {
      const { 'script-src': script, 'frame-src': frame, 'connect-src': connect } = policy(path, 'http://127.0.0.1:4010')
      expect(script).toEqual(["'self'", "'nonce-N'", "'strict-dynamic'"])
      expect(frame).toEqual(["'none'"])
      expect(connect).toEqual(["'self'"])
    }
  })

  it('lets Stripe alone into a page that takes a card, by name', () => {
    for (const path of ['/pay/mbp_x', '/pay/mbp_x/return']) {
      expect(policy(path, null)['script-src']).toEqual(["'self'", "'nonce-N'", 'https://js.stripe.com', 'https://*.js.stripe.com'])
      expect(policy(path, 'http://127.0.0.1:4010')['script-src']).toEqual(["'self'", "'nonce-N'", 'http://127.0.0.1:4010'])
      expect(policy(path, 'http://127.0.0.1:4010')['frame-src']).toEqual(['http://127.0.0.1:4010'])
      expect(JSON.stringify(policy(path, null))).not.toContain('unsafe-eval')
    }
  })

  it('always forbids being framed, plugins and another base', () => {
    for (const path of ['/', '/pay/x'])
      expect(policy(path, null)).toMatchObject({ 'frame-ancestors': ["'none'"], 'object-src': ["'none'"], 'base-uri': ["'none'"], 'form-action': ["'self'"] })
  })
})

describe('where a request comes from', () => {
  const address = (forwarded: string | null) => callerAddress(new Headers(forwarded === null ? {} : { 'x-forwarded-for': forwarded }))

  it('is what the nearest proxy says', () => {
    expect(address('10.0.0.1, 198.51.100.4')).toBe('198.51.100.4')
    expect(address('::ffff:198.51.100.4')).toBe('198.51.100.4')
    expect(address(null)).toBe('unknown')
  })

  it('is one household for IPv6', () => {
    expect(address('2001:db8:1:2:a:b:c:d')).toBe('2001:db8:1:2')
    expect(address('2001:DB8:1:2::9')).toBe('2001:db8:1:2')
    expect(address('2001:db8::9')).toBe('2001:db8:0:0')
    expect(address('::1')).toBe('0:0:0:0')
  })
})

describe('a change that the worker told', () => {
  it('is read strictly, and told without the tenant', () => {
    const change = readChange(JSON.stringify({ tenant_id: 't', mode: 'live', kind: 'payment', ids: ['a', 7, 'b'] }))
    expect(change).toEqual({ tenant_id: 't', mode: 'live', kind: 'payment', ids: ['a', 'b'] })
    expect(writeChange({ kind: 'payment', ids: ['a'] })).toBe('event: change\ndata: {"kind":"payment","ids":["a"]}\n\n')
    for (const text of ['', '{', 'null', '{"tenant_id":"t","mode":"prod","kind":"payment"}', '{"tenant_id":"t","mode":"live","kind":"secret"}'])
      expect(readChange(text), text).toBeNull()
  })
})

describe('a database that is away', () => {
  it('is told from an error of ours', () => {
    for (const code of ['ECONNREFUSED', '57P01', '53300', '08006', 'P1001', 'P2028']) expect(isUnavailable({ code, message: '' }), code).toBe(true)
    expect(isUnavailable({ code: null, message: 'timeout exceeded when trying to connect' })).toBe(true)
    for (const code of ['23505', '42501', 'P2002', null]) expect(isUnavailable({ code, message: 'no' }), String(code)).toBe(false)
  })
})
