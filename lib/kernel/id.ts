import { v7 } from 'uuid'
import { randomBytes } from 'node:crypto'
import { once } from './once'
import { clock } from './clock'

/** Where ids and secrets come from; the simulator replaces it. */
export type IdSource = { uuid(): string; bytes(length: number): Buffer }

const source = (): { current: IdSource } =>
  once('id-source', () => ({
    current: { uuid: () => v7({ msecs: clock.nowMs() }), bytes: (length: number) => randomBytes(length) },
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
