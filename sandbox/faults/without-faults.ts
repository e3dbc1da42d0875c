import { AsyncLocalStorage } from 'node:async_hooks'

const sheltered = new AsyncLocalStorage<true>()

/** Runs something the sandbox itself asks of its own API: no fault rule hits it and none is used up. */
export function withoutFaults<T>(work: () => Promise<T>): Promise<T> {
  return sheltered.run(true, work)
}

export function faultsAreOff(): boolean {
  return sheltered.getStore() === true
}
