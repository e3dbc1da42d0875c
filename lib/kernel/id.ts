import { v7 } from 'uuid'
import { randomBytes } from 'node:crypto'
import { once } from './once'
import { clock } from './clock'

/** Where ids and secrets come from; the simulator replaces it. */
export type IdSource = { uuid(): string; bytes(length: number): Buffer }

let store = Buffer.alloc(0)
let taken = 0

/** Fetched for 256 ids at once: the call costs more than the bytes. */
function sixteenBytes(): Buffer {
  if (taken === store.length) {
    store = randomBytes(16 * 256)
    taken = 0
  }
  return store.subarray(taken, (taken += 16))
}

let lastMs = 0
let sequence = 0

/** Ids of one millisecond count up from a random place, so that what one process makes sorts as it was made. */
function nextUuid(): string {
  const msecs = clock.nowMs()
  const bytes = sixteenBytes()
  sequence = msecs === lastMs ? sequence + 1 : bytes.readUInt32BE(6) >>> 2
  lastMs = msecs
  return v7({ msecs, seq: sequence, random: bytes })
}

const source = (): { current: IdSource } =>
  once('id-source', () => ({
    current: { uuid: nextUuid, bytes: (length: number) => randomBytes(length) },
  }))

export function useIdSource(next: IdSource): void {
  source().current = next
}

/** A uuid v7 in business time: sorts by creation, in one process also within a millisecond. */
export function newId(): string {
  return source().current.uuid()
}

/** Unpredictable bytes for tokens and keys. */
export function secretBytes(length: number): Buffer {
  return source().current.bytes(length)
}

export { isUuid, parsePublicId, publicId, type Kind } from './public-id'
