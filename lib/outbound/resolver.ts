import { lookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { Agent } from 'undici'
import { Fault } from '@/lib/kernel/fault'
import { once } from '@/lib/kernel/once'
import { isPublicAddress } from './core/address'

export type Resolve = (host: string) => Promise<{ address: string; family: number }[]>

const shelf = (): { resolve: Resolve; checked: Agent; trusted: Agent } =>
  once('outbound', () => {
    const limits = { connectTimeout: 10_000, headersTimeout: 10_000, bodyTimeout: 10_000, keepAliveTimeout: 4_000, connections: 16 }
    return {
      resolve: (host: string) => lookup(host, { all: true }),
      checked: new Agent({ ...limits, connect: { lookup: checkedLookup } }),
      trusted: new Agent(limits),
    }
  })

/** Replaces how names become addresses; for tests and the simulator. */
export function setResolver(resolve: Resolve): void {
  shelf().resolve = resolve
}

/** The connections of this process: `checked` connects only to addresses that were judged, `trusted` is for the sandbox. */
export function agentFor(trusted: boolean): Agent {
  return trusted ? shelf().trusted : shelf().checked
}

/**
 * Resolves once, judges every address, and hands the socket exactly those: a name that answers differently a moment
 * later gains nothing. One inner address among outer ones refuses them all.
 */
const checkedLookup: LookupFunction = (host, options, callback) => {
  shelf()
    .resolve(host)
    .then((found) => {
      if (found.length === 0) throw new Fault('outbound_name_unknown', 502, `${host} has no address.`, { retryable: true })
      if (!found.every(({ address }) => isPublicAddress(address))) {
        throw new Fault('outbound_address_refused', 422, `${host} does not lead to a public address.`, {
          remedy: 'Enter the address under which the public reaches it.',
        })
      }
      return found
    })
    .then(
      (found) => {
        const first = found[0] as { address: string; family: number }
        if (options.all) callback(null, found)
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 4),
    )
}
