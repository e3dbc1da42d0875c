import { once } from './once'

/** One request as it leaves us, complete. `timeoutMs` is how long its answer is waited for (wall time). */
export type WireRequest = { method: string; url: string; headers: Record<string, string>; body: string | null; timeoutMs: number; signal?: AbortSignal }
/** One answer as it arrives, its body decoded. Header names are lower case. */
export type WireReply = { status: number; headers: Record<string, string>; body: string }

/**
 * Stands in for the sockets of this process. `exchange` rejects with an error whose `code` is Node's (`ETIMEDOUT`,
 * `ECONNRESET`) when no answer came; the request may have had its effect all the same.
 */
export type Network = { exchange(request: WireRequest): Promise<WireReply> }

const shelf = (): { standIn: Network | null } => once('network', () => ({ standIn: null }))

/** Replaces the network of this process; for the simulator. Null gives the sockets back. */
export function useNetwork(standIn: Network | null): void {
  shelf().standIn = standIn
}

/** What stands in for sockets, or null: then lib/stripe and lib/outbound open their own. Nothing else in lib may. */
export function networkStandIn(): Network | null {
  return shelf().standIn
}
