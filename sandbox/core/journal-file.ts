import { closeSync, existsSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'

/** Takes a folder for this process. Throws when another living process has it. */
export function lock(path: string): void {
  const holder = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0
  if (holder > 0 && holder !== process.pid && alive(holder)) {
    throw new Error(`the data folder is in use by process ${holder}; stop that sandbox first, or delete ${path} if it is gone`)
  }
  writeFileSync(path, String(process.pid), { mode: 0o600 })
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Writes all of a text, however many calls it takes. */
export function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8')
  let at = 0
  while (at < bytes.length) at += writeSync(file, bytes, at)
}

/** The lines of a file, read in pieces; the last one may lack its end. */
export function* linesOf(path: string): IterableIterator<string> {
  const file = openSync(path, 'r')
  const decoder = new StringDecoder('utf8')
  const chunk = Buffer.allocUnsafe(1 << 20)
  let rest = ''
  try {
    for (;;) {
      const read = readSync(file, chunk, 0, chunk.length, null)
      if (read === 0) break
      const parts = (rest + decoder.write(chunk.subarray(0, read))).split('\n')
      rest = parts.pop() ?? ''
      for (const part of parts) if (part !== '') yield part
    }
    if (rest !== '') yield rest
  } finally {
    closeSync(file)
  }
}
