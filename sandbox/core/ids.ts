import { randomFillSync } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const pool = Buffer.alloc(8192)
let used = pool.length

function byte(): number {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  return pool[used++] ?? 0
}

/** `length` random letters and digits. */
export function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    // 248 = 4 * 62: bytes above would favour the first letters.
    const value = byte()
    if (value < 248) text += ALPHABET[value % 62]
  }
  return text
}

/** A new id such as `ch_` + 24 letters and digits. */
export function newId(prefix: string, length = 24): string {
  return `${prefix}_${randomText(length)}`
}

/** A random number in [0, 1). */
export function randomFraction(): number {
  return (byte() * 65536 + byte() * 256 + byte()) / 16777216
}
