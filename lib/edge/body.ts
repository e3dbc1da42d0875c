import type { IncomingMessage } from 'node:http'
import type { z } from 'zod'
import { Fault, isFault } from '@/lib/kernel/fault'
import { before } from './deadline'

/** What a machine may send to us: bytes, and how long it may take. */
export const bodyLimit = 1_000_000
export const bodyDeadlineMs = 10_000

type Limits = { limit?: number; deadlineMs?: number }

/**
 * Reads the body as it was sent. Stops at the limit, declared or not, and at the deadline (wall time).
 * @throws Fault `body_too_large` 413, `body_too_slow` 408, `body_unreadable` 400.
 */
export async function readBytes(request: Request, { limit = bodyLimit, deadlineMs = bodyDeadlineMs }: Limits = {}): Promise<Buffer> {
  const gathered = gather(limit, request.headers.get('content-length'))
  if (request.body === null) return gathered.whole()
  const reader = request.body.getReader()
  let late = false
  const inTime = before(deadlineMs, () => {
    late = true
    void reader.cancel().catch(() => undefined)
  })
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (late) throw tooSlow()
      if (done) return gathered.whole()
      gathered.add(value)
    }
  } catch (error) {
    void reader.cancel().catch(() => undefined)
    throw isFault(error) ? error : brokenOff(error)
  } finally {
    inTime()
  }
}

/** As readBytes, from a bare node:http request. What is left of a refused body stays unread. */
export function readIncoming(message: IncomingMessage, { limit = bodyLimit, deadlineMs = bodyDeadlineMs }: Limits = {}): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      inTime()
      message.off('data', take).off('end', whole).off('close', broken).off('error', broken)
      settle()
    }
    const fail = (error: unknown): void =>
      end(() => {
        message.pause()
        reject(error)
      })
    const take = (chunk: Buffer): void => {
      try {
        gathered.add(chunk)
      } catch (error) {
        fail(error)
      }
    }
    const whole = (): void => end(() => resolve(gathered.whole()))
    const broken = (error?: unknown): void => fail(brokenOff(error))
    const inTime = before(deadlineMs, () => fail(tooSlow()))
    let gathered: ReturnType<typeof gather>
    try {
      gathered = gather(limit, message.headers['content-length'])
    } catch (error) {
      return fail(error)
    }
    // One that broke off before anybody listened says so no more.
    if (message.destroyed) return broken()
    message.on('data', take).on('end', whole).on('close', broken).on('error', broken)
  })
}

/** The one rule of how large a body may be, as it is declared and as it arrives. @throws Fault `body_too_large` 413. */
function gather(limit: number, declared: string | null | undefined): { add(chunk: Uint8Array): void; whole(): Buffer } {
  if (Number(declared ?? 0) > limit) throw tooLarge(limit)
  const joined: Uint8Array[] = []
  let chunks: Uint8Array[] = []
  let size = 0
  return {
    add(chunk) {
      size += chunk.byteLength
      if (size > limit) throw tooLarge(limit)
      if (chunks.push(chunk) < mostApart) return
      joined.push(Buffer.concat(chunks))
      chunks = []
    },
    whole() {
      const [first] = chunks
      if (joined.length === 0 && chunks.length === 1 && first) return Buffer.from(first.buffer, first.byteOffset, first.byteLength)
      return Buffer.concat([...joined, ...chunks], size)
    },
  }
}

/** So many chunks are kept as they came. A chunk of one byte takes two hundred, and whoever sends decides how large they are. */
const mostApart = 256

function tooLarge(limit: number): Fault {
  return new Fault('body_too_large', 413, `The request is larger than ${limit} bytes.`, { remedy: 'Send less at once.' })
}

function tooSlow(): Fault {
  return new Fault('body_too_slow', 408, 'The request took too long to arrive.', { remedy: 'Send it again.' })
}

function brokenOff(cause: unknown): Fault {
  return new Fault('body_unreadable', 400, 'The request broke off before it was complete.', { remedy: 'Send it again.', cause })
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
