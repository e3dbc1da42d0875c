import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../paths'
import { Sentence } from '../sentence'
import { endChild, endOf, lastLines, spawnChild } from './child'
import { dataFolder } from './data-folder'
import { machineEnvironment } from './environment'
import { whoRuns } from './running'

const SOURCES = ['app', 'components', 'lib', 'public', 'prisma/schema']
const STAMP = '.next/sources.sha256'

/** Builds the web part when its sources are not those of the present build; true when it did. */
export async function buildWeb(logs: string, signal?: AbortSignal): Promise<boolean> {
  const stamp = sourcesHash()
  const file = join(root, STAMP)
  if (existsSync(file) && existsSync(join(root, '.next/BUILD_ID')) && readFileSync(file, 'utf8') === stamp) return false
  const running = ['', 'test', 'live'].map((mode) => whoRuns(join(dataFolder(), mode))).find((other) => other && other.pid !== process.pid)
  if (running) {
    throw new Sentence(`The sources changed, and Matchbook still serves the build before (process ${running.pid}): stop it with Ctrl-C, then start again.`)
  }
  const spec = { name: 'build', logs, env: machineEnvironment(), args: [join(root, 'node_modules/next/dist/bin/next'), 'build'] }
  const child = spawnChild(spec)
  const abort = (): void => void endChild(child, 2_000)
  signal?.addEventListener('abort', abort, { once: true })
  const how = await endOf(child)
  signal?.removeEventListener('abort', abort)
  signal?.throwIfAborted()
  if (how !== 0) throw new Sentence(`The web part could not be built (${how}):\n\n${lastLines(spec, 40)}`)
  writeFileSync(file, stamp)
  return true
}

/** One hash over everything that a build reads: sources, settings at the root, the packages' lock file. */
function sourcesHash(): string {
  const hash = createHash('sha256')
  const add = (path: string): void => {
    hash.update(`\0${path}\0`).update(readFileSync(join(root, path)))
  }
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (entry.isFile() && /\.(ts|mjs|json)$/.test(entry.name) && entry.name !== 'next-env.d.ts') add(entry.name)
  }
  for (const folder of SOURCES) {
    if (!existsSync(join(root, folder))) continue
    const files = readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && !/\.test\.tsx?$|\.md$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .filter((path) => !path.startsWith('lib/db/generated/'))
    files.sort().forEach(add)
  }
  return hash.digest('hex')
}
