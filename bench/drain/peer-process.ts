import { performance } from 'node:perf_hooks'
import Stripe from 'stripe'
import { openPeer } from '../peer/peer'

/** The peer in a process of its own: `processWebhook` of signed bodies, many at once. */
export type PeerOrder = { bodies: string[]; atOnce: number }
export type PeerAnswer = { ms: number; cpuMs: number; error?: string }

const secret = 'whsec_bench'
const peer = await openPeer(process.env.PEER_DATABASE_URL ?? '', { poolSize: 10, webhookSecret: secret })

async function take({ bodies, atOnce }: PeerOrder): Promise<PeerAnswer> {
  const timestamp = Math.floor(Date.now() / 1000)
  const signed = bodies.map((payload) => ({ payload, signature: Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp }) }))
  let next = 0
  const started = performance.now()
  const cpu = process.cpuUsage()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let one = signed[next++]; one; one = signed[next++]) await peer.processWebhook(one.payload, one.signature)
    }),
  )
  const used = process.cpuUsage(cpu)
  return { ms: performance.now() - started, cpuMs: (used.user + used.system) / 1000 }
}

process.on('message', (order: PeerOrder) => {
  void take(order)
    .catch((error: unknown): PeerAnswer => ({ ms: 0, cpuMs: 0, error: String((error as Error).stack ?? error) }))
    .then((answer) => process.send?.(answer))
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
