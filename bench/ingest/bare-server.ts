import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'pg'
import { v7 } from 'uuid'
import { bucketOf, scopeOf } from '@/lib/inbox/core/scope'
import { account, endpoint, secret } from './event'

/**
 * What one would write in an afternoon and tune for another: node:http, the signature over the raw bytes, one prepared
 * INSERT per event on 32 pooled connections, 200 after its commit. The same table, columns and indexes; no limits, no
 * deadline, no look at the endpoint, no alarm, nobody is woken.
 */
const pool = new Pool({ connectionString: process.env.BENCH_DATABASE_URL, max: 32, min: 32 })
const insert = `INSERT INTO inbox_event (bucket, id, scope, event_id, kind, endpoint_id, mode, account_id, type, object_id, api_version, created_at, body, body_sha256, received_at)
  VALUES ($1, $2, $3, $4, 'delivery', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (bucket, scope, event_id) DO NOTHING`

function verified(body: Buffer, header: string): boolean {
  const [, time, given] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header) ?? []
  if (!time || !given || Math.abs(Date.now() / 1000 - Number(time)) > 300) return false
  return timingSafeEqual(createHmac('sha256', secret).update(`${time}.`).update(body).digest(), Buffer.from(given, 'hex'))
}

async function hear(request: IncomingMessage): Promise<number> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const [only] = chunks
  const body = chunks.length === 1 && only ? only : Buffer.concat(chunks)
  if (!verified(body, String(request.headers['stripe-signature']))) return 400
  const event = JSON.parse(body.toString()) as {
    id: string
    type: string
    livemode: boolean
    account?: string
    api_version: string
    created: number
    data: { object: { id: string } }
  }
  const mode = event.livemode ? 'live' : 'test'
  const whose = event.account ?? account
  const scope = scopeOf(whose, mode)
  await pool.query({
    name: 'insert',
    text: insert,
    values: [
      bucketOf(scope),
      v7(),
      scope,
      event.id,
      endpoint,
      mode,
      whose,
      event.type,
      event.data.object.id,
      event.api_version,
      new Date(event.created * 1000).toISOString(),
      body,
      createHash('sha256').update(body).digest(),
      new Date().toISOString(),
    ],
  })
  return 200
}

const server = createServer((request, response) => {
  hear(request)
    .catch(() => 503)
    .then((status) => {
      const text = status === 200 ? '{"received":true}' : '{}'
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length }).end(text)
    })
    .catch(() => undefined)
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
