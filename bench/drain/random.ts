/** Seeded random numbers (mulberry32): the same seed gives the same traffic. */
export type Random = { next(): number; int(below: number): number; chance(probability: number): boolean; text(length: number): string }

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

export function seeded(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (below: number) => Math.floor(next() * below)
  return { next, int, chance: (probability) => next() < probability, text: (length) => Array.from({ length }, () => letters[int(letters.length)]).join('') }
}

/** A uuid v7 of this millisecond; `place` orders ids of one millisecond. */
export function uuidAt(random: Random, ms: number, place = 0): string {
  const hex = (value: number, length: number) => value.toString(16).padStart(length, '0')
  const time = hex(ms, 12)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(place & 0xfff, 3)}-${hex(0x8000 | random.int(0x4000), 4)}-${hex(random.int(0x1000000), 6)}${hex(random.int(0x1000000), 6)}`
}
