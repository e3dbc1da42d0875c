/** One answered request of the Stripe API or of a part that chooses to record. Never holds keys or bodies. */
export interface RequestEntry {
  readonly at: number
  readonly requestId: string
  readonly method: string
  readonly path: string
  readonly account: string | null
  readonly livemode: boolean | null
  readonly status: number
  readonly code: string | null
  readonly ms: number
}

/** An endpoint somebody called that the sandbox does not know. */
export interface UnknownRequest {
  readonly method: string
  readonly path: string
  readonly count: number
  readonly first_at: number
  readonly last_at: number
}

const KEPT_REQUESTS = 2000
const KEPT_UNKNOWN = 500

/** What happened lately, in memory only, for the console and for tests. */
export class Log {
  private readonly requests: RequestEntry[] = []
  private readonly unknown = new Map<string, UnknownRequest>()

  constructor(private readonly verbose: boolean) {}

  request(entry: RequestEntry): void {
    this.requests.push(entry)
    if (this.requests.length > KEPT_REQUESTS * 2) this.requests.splice(0, KEPT_REQUESTS)
    if (this.verbose) this.print('info', 'request', { ...entry })
  }

  /** Newest last. */
  recentRequests(limit = 200): RequestEntry[] {
    return this.requests.slice(-Math.min(limit, KEPT_REQUESTS))
  }

  unknownRequest(at: number, method: string, path: string): void {
    const key = `${method} ${path}`
    const before = this.unknown.get(key)
    if (before === undefined && this.unknown.size >= KEPT_UNKNOWN) return
    this.unknown.set(key, { method, path, count: (before?.count ?? 0) + 1, first_at: before?.first_at ?? at, last_at: at })
  }

  unknownRequests(): UnknownRequest[] {
    return [...this.unknown.values()]
  }

  info(message: string, fields: Record<string, unknown> = {}): void {
    if (this.verbose) this.print('info', message, fields)
  }

  error(message: string, error: unknown, fields: Record<string, unknown> = {}): void {
    const detail = error instanceof Error ? { error: error.message, stack: error.stack } : { error: String(error) }
    this.print('error', message, { ...fields, ...detail })
  }

  private print(level: string, message: string, fields: Record<string, unknown>): void {
    process.stderr.write(`${JSON.stringify({ level, part: 'sandbox', message, ...fields })}\n`)
  }
}
