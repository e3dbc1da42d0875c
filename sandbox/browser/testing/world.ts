import { serve } from '@hono/node-server'
import { build } from 'esbuild'
import { Hono } from 'hono'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser } from 'playwright'
import { inject } from 'vitest'
import { mount } from '../mount'
import { fakePaymentPages, type FakePaymentPages, type FakeSession } from './fake-payment-pages'

export type TestWorld = {
  shopUrl: string
  sandboxUrl: string
  fake: FakePaymentPages
  browser: Browser
  /** Opens a session and answers with the address of the page that pays it. */
  pageFor: (session?: Partial<FakeSession>, query?: Record<string, string>) => string
  close: () => Promise<void>
}

async function listen(app: Hono): Promise<{ url: string; close: () => Promise<void> }> {
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}

async function shopScript(): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL('./shop-page.tsx', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    jsx: 'automatic',
    minify: true,
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"development"' },
    logLevel: 'silent',
  })
  return result.outputFiles[0]?.text ?? ''
}

/** Two origins (shop page and sandbox) and a real Chromium. The shop page carries the product's policy. */
export async function testWorld(): Promise<TestWorld> {
  const sandboxApp = new Hono()
  const fake = fakePaymentPages(sandboxApp)
  mount(sandboxApp, { clock: { nowMs: () => Date.UTC(2026, 5, 15) } })
  const sandbox = await listen(sandboxApp)

  const script = await shopScript()
  const shopApp = new Hono()
  const policy = `default-src 'self'; script-src 'nonce-abc' 'strict-dynamic'; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; connect-src 'self' ${sandbox.url}; frame-src ${sandbox.url}; img-src 'self' data:`
  shopApp.get('/shop.js', (c) => c.body(script, 200, { 'content-type': 'text/javascript', 'cache-control': 'max-age=600' }))
  shopApp.get('/back', (c) => c.html(`<h1>Back with ${c.req.query('session')}</h1>`))
  shopApp.get('/', (c) => {
    const dark = c.req.query('theme') === 'night'
    return c.html(
      `<!doctype html><html lang="en" style="color-scheme:${dark ? 'dark' : 'light'}"><meta name="viewport" content="width=device-width"><title>Shop</title><style>body{font:16px system-ui;max-width:480px;margin:24px auto;padding:0 16px;background:${dark ? '#17181d' : '#fff'};color:${dark ? '#eee' : '#222'}}</style><div id="root"></div><script nonce="abc" src="/shop.js"></script></html>`,
      200,
      { 'content-security-policy': policy },
    )
  })
  const shop = await listen(shopApp)
  const browser = await chromium.launch({
    executablePath: inject('chromium'),
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update'],
  })
  let count = 0
  return {
    shopUrl: shop.url,
    sandboxUrl: sandbox.url,
    fake,
    browser,
    pageFor: (given = {}, query = {}) => {
      count += 1
      const id = `cs_test_${count}`
      const session = {
        id,
        clientSecret: `${id}_secret_x`,
        currency: 'usd',
        amount: 12900,
        methods: ['card', 'us_bank_account'],
        email: 'buyer@example.com',
        country: 'US',
        ...given,
      }
      fake.sessions.set(id, { ...session, status: 'open', paymentStatus: 'unpaid' })
      const params = new URLSearchParams({ script: `${sandbox.url}/stripe.js`, secret: session.clientSecret, ...query })
      return `${shop.url}/?${params}`
    },
    close: async () => {
      await browser.close()
      await Promise.all([shop.close(), sandbox.close()])
    },
  }
}
