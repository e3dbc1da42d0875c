/** `npm run ingest`: hears Stripe in a process of its own, beside the web process or instead of it. Until SIGTERM or Ctrl-C. */
import type { Server } from 'node:http'
import { config } from '@/lib/config/config'
import { followSandbox } from '@/lib/config/follow-sandbox'
import { closePools } from '@/lib/db/pools'
import { drain } from '@/lib/edge/shutdown'
import { stripeListener } from '@/lib/edge/stripe-listener'
import { refuseEndpointsWithoutSecret, registerConfiguredEndpoints } from '@/lib/inbox/endpoints'
import { writeRefusals } from '@/lib/inbox/refusals'
import { isFault } from '@/lib/kernel/fault'
import { log } from '@/lib/log/log'
import { readDotEnv } from './dot-env'
import { codeOf, Sentence, textOf } from './sentence'

/** A delivery that is not answered by then is cut off; Stripe delivers it again. */
const patienceMs = 15_000

readDotEnv()
let stopping = false
try {
  const { mode, sandboxUrl, ingest } = config()
  const unfollow = sandboxUrl === null ? () => undefined : await followSandbox(sandboxUrl, `ingest-${process.pid}`)
  await registerConfiguredEndpoints()
  await refuseEndpointsWithoutSecret()
  const server = stripeListener()
  const port = await listening(server, ingest)
  log().info({ mode, host: ingest.host, port }, 'listening for deliveries of Stripe')
  process.send?.({ port })
  const stop = (signal: string): void => {
    if (stopping) process.exit(1)
    stopping = true
    unfollow()
    void finish(server, signal)
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
} catch (error) {
  if (isFault(error)) throw new Sentence(error.remedy ? `${error.message} ${error.remedy}` : error.message)
  throw error
}

function listening(server: Server, { port, host }: { port: number; host: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        codeOf(error) === 'EADDRINUSE'
          ? new Sentence(`Port ${port} of ${host} is taken: set INGEST_PORT to another one.`)
          : new Sentence(`The listener cannot start: ${textOf(error)}.`),
      ),
    )
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

/** No new connection, every delivery under way answered, what was counted written, then the end. */
async function finish(server: Server, signal: string): Promise<void> {
  log().info({ signal }, 'no new deliveries; those under way are finished')
  setTimeout(() => process.exit(1), patienceMs).unref()
  const closed = new Promise((resolve) => server.close(resolve))
  await drain()
  // A connection that is kept open is closed with its next answer, or now when it is idle.
  server.closeIdleConnections()
  const sweep = setInterval(() => server.closeIdleConnections(), 100)
  await closed
  clearInterval(sweep)
  await writeRefusals()
  await closePools()
  process.exit(0)
}
