import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Milliseconds of each of `count` writes of a WAL page (8 kB) with fdatasync, on the disk where the bench keeps its databases: what a lone commit waits for at least. */
export function flushTimes(count: number): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'matchbook-flush-'))
  const file = openSync(join(folder, 'wal'), 'w')
  try {
    const page = Buffer.alloc(8_192, 1)
    // As PostgreSQL does: the file has its size already, a commit only overwrites.
    for (let at = 0; at < count; at++) writeSync(file, page, 0, page.length, at * page.length)
    fdatasyncSync(file)
    return Array.from({ length: count }, (_, at) => {
      const started = performance.now()
      writeSync(file, page, 0, page.length, at * page.length)
      fdatasyncSync(file)
      return performance.now() - started
    })
  } finally {
    closeSync(file)
    rmSync(folder, { recursive: true, force: true })
  }
}
