import type { z } from 'zod'
import { clock } from '@/lib/kernel/clock'
import { Fault, isFault } from '@/lib/kernel/fault'

/** What a machine may send to us: bytes, and how long it may take. */
export const bodyLimit = 1_000_000
export const bodyDeadlineMs = 10_000

/**
 * Reads the body as it was sent. Stops at the limit, declared or not, and at the deadline (wall time).
 * @throws Fault `body_too_large` 413, `body_too_slow` 408, `body_unreadable` 400.
 */
export async function readBytes(request: Request, options: { limit?: number; deadlineMs?: number } = {}): Promise<Buffer> {
  const limit = options.limit ?? bodyLimit
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit)
  if (request.body === null) return Buffer.alloc(0)
  const reader = request.body.getReader()
  const read = new AbortController()
  const late = clock.sleep(options.deadlineMs ?? bodyDeadlineMs, read.signal).then(() => 'late' as const)
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const step = await Promise.race([reader.read(), late])
      if (step === 'late') throw new Fault('body_too_slow', 408, 'The request took too long to arrive.', { remedy: 'Send it again.' })
      if (step.done) return Buffer.concat(chunks, size)
      size += step.value.byteLength
      if (size > limit) throw tooLarge(limit)
      chunks.push(step.value)
    }
  } catch (error) {
    void reader.cancel().catch(() => undefined)
    if (isFault(error)) throw error
    throw new Fault('body_unreadable', 400, 'The request broke off before it was complete.', { remedy: 'Send it again.', cause: error })
  } finally {
    read.abort()
  }
}

function tooLarge(limit: number): Fault {
  return new Fault('body_too_large', 413, `The request is larger than ${limit} bytes.`, { remedy: 'Send less at once.' })
}

/**
 * Reads and checks a JSON body. Give a strict schema: an unknown field is then an error that names it.
 * @throws Fault `not_json` 400 or 415, `invalid_field` 400 naming the field and what it must be.
 */
export async function readJson<S extends z.ZodType>(request: Request, schema: S, options: { limit?: number } = {}): Promise<z.output<S>> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new Fault('not_json', 415, 'The body must be JSON.', { remedy: 'Send the header Content-Type: application/json.' })
  const bytes = await readBytes(request, { limit: options.limit ?? 100_000 })
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new Fault('not_json', 400, 'The body is not valid JSON in UTF-8.', { remedy: 'Check quotes and commas.' })
  }
  return checked(value, schema)
}

/** Checks query parameters with a strict schema of strings. @throws Fault `invalid_field` 400. */
export function readQuery<S extends z.ZodType>(query: URLSearchParams, schema: S): z.output<S> {
  return checked(Object.fromEntries(query), schema)
}

function checked<S extends z.ZodType>(value: unknown, schema: S): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const field = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].map(String).join('.')
  if (unknown !== undefined) throw new Fault('invalid_field', 400, `There is no field ${field}.`, { field, remedy: 'Leave it out.' })
  throw new Fault('invalid_field', 400, `${field === '' ? 'The body' : `The field ${field}`} is not valid: ${issue?.message ?? 'unknown reason'}.`, {
    ...(field === '' ? {} : { field }),
    remedy: 'Correct it and send the request again.',
  })
}
