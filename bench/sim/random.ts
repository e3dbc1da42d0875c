import { createHash } from 'node:crypto'
import type { Random } from './contract'

/** sfc32 (Chris Doty-Humphrey's small fast counter), seeded by the SHA-256 of a text. */
export function seededRandom(seed: string): Random {
  const state = createHash('sha256').update(seed).digest()
  let a = state.readUInt32LE(0)
  let b = state.readUInt32LE(4)
  let c = state.readUInt32LE(8)
  let counter = state.readUInt32LE(12) | 1
  const next32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return sum >>> 0
  }
  for (let i = 0; i < 12; i++) next32()
  const next = () => next32() / 4_294_967_296
  const int = (below: number) => Math.floor(next() * below)
  return {
    next,
    int,
    chance: (probability) => probability > 0 && next() < probability,
    pick: <T>(list: readonly T[]): T => {
      if (list.length === 0) throw new Error('Nothing to pick from.')
      return list[int(list.length)] as T
    },
    shuffle: <T>(list: readonly T[]): T[] => {
      const shuffled = [...list]
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = int(i + 1)
        ;[shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T]
      }
      return shuffled
    },
    // Of the seed alone, not of what was drawn so far: a part that draws more moves no other part.
    fork: (name) => seededRandom(`${seed}/${name}`),
  }
}
