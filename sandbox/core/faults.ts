/** What a fault rule is asked about, once per request of the Stripe API. */
export interface FaultQuestion {
  readonly method: string
  readonly path: string
  readonly account: string
  readonly livemode: boolean
}

/**
 * What goes wrong with one request:
 * `timeout_before` is dropped without being executed, `timeout_after` is executed and then not answered
 * (both after `holdMs` of wall time), `status` is answered with that HTTP status. A `status` fault with
 * `after: true` is executed first. 500 answers are remembered under the idempotency key, 409 and 429 are not.
 */
export type Fault =
  | { readonly kind: 'timeout_before' | 'timeout_after'; readonly holdMs?: number }
  | { readonly kind: 'status'; readonly status: number; readonly code?: string; readonly after?: boolean; readonly holdMs?: number }

export type FaultSource = (question: FaultQuestion) => Fault | null

/** Where the fault rules plug in. Without a source nothing goes wrong. */
export class FaultPort {
  private source: FaultSource = () => null

  use(source: FaultSource): void {
    this.source = source
  }

  faultFor(question: FaultQuestion): Fault | null {
    return this.source(question)
  }
}
