import { config } from '@/lib/config/config'
import { followSandbox } from '@/lib/config/follow-sandbox'
import { closeHub } from '@/lib/db/notify'
import { closePools } from '@/lib/db/pools'
import { refuseEndpointsWithoutSecret, registerConfiguredEndpoints } from '@/lib/inbox/endpoints'
import { startWork } from '@/lib/jobs/work'
import { messageOf } from '@/lib/kernel/fault'
import { log } from '@/lib/log/log'

/** The worker process: folds the inbox, answers reads, settles, runs effects, keeps stores in step. */
try {
  const { mode, sandboxUrl } = config()
  const unfollow = sandboxUrl === null ? () => undefined : await followSandbox(sandboxUrl, `worker-${process.pid}`)
  await registerConfiguredEndpoints()
  await refuseEndpointsWithoutSecret()
  const work = startWork()
  log().info({ mode, worker: work.worker }, 'the worker is ready')
  process.send?.('ready')

  let stopping = false
  const stop = (signal: string) => {
    if (stopping) process.exit(1)
    stopping = true
    log().info({ signal }, 'the worker finishes what it holds and stops')
    setTimeout(() => process.exit(1), 25_000).unref()
    unfollow()
    void work
      .stop()
      .then(closeHub)
      .then(closePools)
      .then(() => process.exit(0))
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
} catch (error) {
  log().error({ error }, `the worker cannot start: ${messageOf(error)}`)
  process.exit(1)
}
