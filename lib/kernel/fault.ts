/**
 * An error with a code, a sentence for a person and, where one field is to blame, its name. Told apart by `code`:
 * `instanceof` is false across Next's bundles. `status` is what the edge answers.
 */
export class Fault extends Error {
  readonly code: string
  readonly status: number
  readonly field: string | undefined
  readonly remedy: string | undefined
  readonly retryable: boolean

  constructor(code: string, status: number, message: string, more: { field?: string; remedy?: string; retryable?: boolean; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'Fault'
    this.code = code
    this.status = status
    this.field = more.field
    this.remedy = more.remedy
    this.retryable = more.retryable ?? false
  }
}

/** True for a Fault of any bundle. */
export function isFault(error: unknown): error is Fault {
  return typeof error === 'object' && error !== null && (error as { name?: unknown }).name === 'Fault' && typeof (error as { code?: unknown }).code === 'string'
}

/** The `code` of any error (Fault, PostgreSQL's SQLSTATE, Node's, Prisma's), or null. */
export function codeOf(error: unknown): string | null {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : null
  return typeof code === 'string' ? code : null
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
