import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { openSandbox } from '../app'
import { mount } from './mount'
import { PATHS } from './shared/paths'

const app = new Hono()
mount(app, { clock: { nowMs: () => 1_780_000_000_123 } })

test('the script is plain, may be loaded from any origin, and is not sent twice', async () => {
  const first = await app.request('/stripe.js')
  expect(first.status).toBe(200)
  expect(first.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(first.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
  expect(await first.text()).not.toMatch(/^(import|export) /m)
  const again = await app.request('/stripe.js', { headers: { 'if-none-match': first.headers.get('etag') ?? '' } })
  expect(again.status).toBe(304)
})

test('frames may talk to the sandbox only, and know sandbox time', async () => {
  for (const path of ['/elements/payment?theme=night', '/elements/three-d-secure']) {
    const answer = await app.request(path)
    expect(answer.status).toBe(200)
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("connect-src 'self'")
    expect(policy).not.toContain('*')
  }
  const html = await (await app.request('/elements/payment?theme=night')).text()
  expect(html).toContain('data-theme="night" data-now="1780000000123"')
  expect(await (await app.request('/elements/payment?theme="><script>')).text()).toContain('data-theme="stripe"')
})

test('every path answers in the whole sandbox, beside the other parts', async () => {
  const sandbox = await openSandbox({ host: '127.0.0.1', port: 0, dataDir: null })
  try {
    for (const path of Object.values(PATHS)) expect([path, (await fetch(`${sandbox.url}${path}`)).status]).toEqual([path, 200])
  } finally {
    await sandbox.close()
  }
})
