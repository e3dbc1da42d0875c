import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf } from '@/lib/kernel/fault'
import { outboundRequest, type OutboundRequest } from './outbound-request'
import { setResolver } from './resolver'

let server: Server
let answer: RequestListener
let seen = 0
let base = ''

beforeAll(async () => {
  server = createServer((request, response) => {
    seen += 1
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  Object.assign(process.env, {
    MATCHBOOK_MODE: 'sandbox',
    SANDBOX_URL: base,
    MATCHBOOK_SECRET: Buffer.alloc(32, 7).toString('base64'),
    DATABASE_URL: 'postgresql://unused',
  })
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const ask = (more: Partial<OutboundRequest> = {}) => outboundRequest({ url: `${base}/x`, method: 'GET', ...more })
const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => codeOf(error),
  )

describe('what comes back', () => {
  it('returns status, headers and text of any answer that is no redirect', async () => {
    answer = (request, response) => response.writeHead(404, { 'x-seen': request.headers.authorization ?? '' }).end('{"a":"é"}')
    const reply = await ask({ credentials: { origin: base, authorization: 'Basic abc' } })
    expect([reply.status, reply.headers['x-seen'], reply.text]).toEqual([404, 'Basic abc', '{"a":"é"}'])
  })

  it('unpacks gzip and reads other charsets', async () => {
    answer = (_, response) =>
      response
        .writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json; charset=iso-8859-1' })
        .end(gzipSync(Buffer.from('caf\xe9', 'latin1')))
    expect((await ask()).text).toBe('café')
  })

  it('stops a small answer that unfolds to more than 5 MB', async () => {
    answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50 * 1024 * 1024)))
    expect(await faultOf(ask())).toBe('outbound_too_large')
  })

  it.each([301, 302, 303, 307, 308])('takes %i for an error and does not follow it', async (status) => {
    const before = seen
    answer = (_, response) => response.writeHead(status, { location: `${base}/secret` }).end()
    expect(await faultOf(ask())).toBe('outbound_redirect')
    expect(seen).toBe(before + 1)
  })

  it('names broken connections and damaged bodies', async () => {
    answer = (request) => request.socket.destroy()
    expect(await faultOf(ask())).toBe('outbound_unreachable')
    answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip at all')
    expect(await faultOf(ask())).toBe('outbound_unreadable')
    answer = (_, response) => response.writeHead(200, { 'content-encoding': 'zstd' }).end('x')
    expect(await faultOf(ask())).toBe('outbound_unreadable')
  })
})

describe('what is never sent', () => {
  it('keys to an origin they are not bound to, and anything after its time', async () => {
    const before = seen
    expect(await faultOf(ask({ credentials: { origin: 'https://other.example', authorization: 'Basic abc' } }))).toBe('outbound_credentials_bound')
    expect(await faultOf(ask({ notAfterMs: 1 }))).toBe('outbound_too_late')
    expect(seen).toBe(before)
  })

  it('a request to a name that leads inside, even when only one of its addresses does', async () => {
    const before = seen
    for (const addresses of [['127.0.0.1'], ['8.8.8.8', '10.0.0.1'], ['::ffff:127.0.0.1'], ['fd00::1']]) {
      setResolver(async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))
      const failed = await ask({ url: 'https://shop.example.com/' }).catch((error: unknown) => error)
      expect(codeOf(failed)).toBe('outbound_address_refused')
      expect(String(failed)).not.toContain(addresses[0])
    }
    expect(seen).toBe(before)
  })

  it('asks for the name again for a new connection, so that a rebinding name is judged again', async () => {
    const answers = [['127.0.0.1'], ['192.168.0.1']]
    let asked = 0
    setResolver(async () => (answers[asked++ % 2] as string[]).map((address) => ({ address, family: 4 })))
    expect(await faultOf(ask({ url: 'https://rebinding.example.com/' }))).toBe('outbound_address_refused')
    expect(await faultOf(ask({ url: 'https://rebinding.example.com/' }))).toBe('outbound_address_refused')
    expect(asked).toBe(2)
  })
})

it('gives up on a host that accepts and stays silent', async () => {
  answer = () => undefined
  expect(await faultOf(ask({ timeoutMs: 300 }))).toBe('outbound_timeout')
  answer = (_, response) => void response.writeHead(200).write('{')
  expect(await faultOf(ask({ timeoutMs: 300 }))).toBe('outbound_timeout')
})
