import { v7 } from 'uuid'
import { randomBytes } from 'node:crypto'
import { once } from './once'
import { clock } from './clock'

/** Where ids and secrets come from; the simulator replaces it. */
export type IdSource = { uuid(): string; bytes(length: number): Buffer }

let store = Buffer.alloc(0)
let taken = 0

/** Fetched for 256 ids at once: the call costs more than the bytes. */
function sixteenBytes(): Uint8Array {
  if (taken === store.length) {
    store = randomBytes(16 * 256)
    taken = 0
  }
  return store.subarray(taken, (taken += 16))
}

const source = (): { current: IdSource } =>
  once('id-source', () => ({
    current: { uuid: () => v7({ msecs: clock.nowMs(), rng: sixteenBytes }), bytes: (length: number) => randomBytes(length) },
  }))

export function useIdSource(next: IdSource): void {
  source().current = next
}

/** A uuid v7 in business time: sorts by creation. */
export function newId(): string {
  return source().current.uuid()
}

/** Unpredictable bytes for tokens and keys. */
export function secretBytes(length: number): Buffer {
  return source().current.bytes(length)
}

export { isUuid, parsePublicId, publicId, type Kind } from './public-id'
