/** An error for a person: one sentence that says what is wrong and what to do. Shown without a stack. */
export class Sentence extends Error {
  readonly code = 'sentence'
}

/** Whether an unknown error is such a sentence (by code, so that it holds across module copies). */
export function isSentence(error: unknown): error is Sentence {
  return error instanceof Error && (error as { code?: unknown }).code === 'sentence'
}

/** The `code` of a system or database error, or ''. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}

/** A short text of an unknown error. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
