import type { ServerUrls } from './database'
import { living, runHistories, type How } from './runner'

/** One of several processes that share the histories of a run; started by main.ts. */
process.on('disconnect', () => process.exit(1))
process.once('message', (task: { seeds: string[]; urls: ServerUrls; how: How }) => {
  setInterval(() => process.send?.({ living: living() }), 1_000)
  void runHistories(task.seeds, task.urls, task.how, (result) => {
    process.send?.({ result })
    return true
  }).then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
      process.exit(1)
    },
  )
})
process.send?.({ ready: true })
