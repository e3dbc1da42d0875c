import { clock } from '@/lib/kernel/clock'
import { newId } from '@/lib/kernel/id'
import { sha256 } from '@/lib/kernel/seal'
import { insertDeliveries } from '@/lib/inbox/store/deliveries'
import { verifySignature } from '@/lib/stripe/signature'
import { account, endpoint, secret, signedEvents } from './event'

/** Microseconds of processor that this process spends on each part of a delivery, alone and warm. */
export type Parts = Record<string, number>

const count = 2_000
process.on('message', () => void measure().then((parts) => process.send?.(parts)))
process.send?.('ready')

async function measure(): Promise<Parts> {
  const events = signedEvents(count, `parts${process.pid}x`)
  const nowSeconds = Math.floor(Date.now() / 1000)
  const parts: Parts = {}
  const each = (name: string, work: (body: Buffer, signature: string) => unknown): void => {
    const round = () => events.forEach(({ body, signature }) => void work(body, signature))
    round()
    const before = process.cpuUsage()
    for (let at = 0; at < 3; at++) round()
    parts[name] = microseconds(before) / count / 3
  }
  each('signature', (body, signature) => verifySignature(body, signature, [secret], nowSeconds))
  each('JSON', (body) => JSON.parse(body.toString()) as unknown)
  each('digest and id', (body) => [sha256(body), newId(), clock.now().toISOString()])
  for (const rows of [1, 4, 16, 64]) {
    const insert = async (round: string) => {
      for (let at = 0; at + rows <= count; at += rows)
        await insertDeliveries(
          events.slice(at, at + rows).map(({ body }, index) => rowOf(body, `evt_${round}${rows}_${at + index}`)),
          { wake: false },
        )
    }
    await insert('warm')
    const before = process.cpuUsage()
    await insert('run')
    parts[`INSERT of ${rows}, per row`] = microseconds(before) / (Math.floor(count / rows) * rows)
  }
  return parts
}

function rowOf(body: Buffer, event_id: string): Parameters<typeof insertDeliveries>[0][number] {
  const at = clock.now()
  return {
    bucket: 1,
    id: newId(),
    scope: `${account}:test`,
    event_id,
    endpoint_id: endpoint,
    mode: 'test',
    account_id: account,
    type: 'charge.succeeded',
    object_id: 'ch_parts',
    api_version: null,
    created_at: at,
    body,
    body_sha256: sha256(body),
    received_at: at,
  }
}

function microseconds(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return user + system
}
