import { watch } from 'node:fs'
import { join } from 'node:path'
import { root } from '../paths'
import type { Supervised } from './supervise'

const WATCHED = { lib: 'worker', sandbox: 'sandbox' }

/** In development: starts worker and sandbox again when their sources change. Next reloads the web part itself. */
export function watchSources(processes: Map<string, Supervised>): () => void {
  const waiting = new Map<string, NodeJS.Timeout>()
  const watchers = Object.entries(WATCHED).map(([folder, name]) =>
    watch(join(root, folder), { recursive: true }, (_event, file) => {
      if (!file || !/\.tsx?$/.test(file) || /\.test\.tsx?$/.test(file) || file.startsWith('db/generated')) return
      clearTimeout(waiting.get(name))
      waiting.set(
        name,
        setTimeout(() => void restart(processes.get(name), file), 200),
      )
    }),
  )
  return () => {
    for (const watcher of watchers) watcher.close()
    for (const timer of waiting.values()) clearTimeout(timer)
  }
}

async function restart(child: Supervised | undefined, file: string): Promise<void> {
  if (!child) return
  process.stdout.write(`  ↻ ${file} changed: ${child.name} starts again\n`)
  await child.restart().catch((error: Error) => process.stderr.write(`  ! ${error.message}\n`))
}
