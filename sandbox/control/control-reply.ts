import type { Context } from 'hono'
import { z } from 'zod'

/** An error of the control API. `fields` names what was wrong with the body or query. */
export class ControlError extends Error {
  constructor(
    readonly status: 400 | 403 | 404 | 409 | 415 | 422 | 502,
    message: string,
    readonly fields: Record<string, string> = {},
  ) {
    super(message)
  }
}

export function answerError(c: Context, error: ControlError): Response {
  return c.json({ error: { message: error.message, fields: error.fields } }, error.status)
}

function fieldsOf(error: z.ZodError): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const issue of error.issues) {
    const named = issue.code === 'unrecognized_keys' ? issue.keys : []
    const path = issue.path.map(String)
    if (named.length === 0) fields[path.join('.') || 'body'] ??= issue.message
    for (const key of named) fields[[...path, key].join('.')] ??= 'unknown field'
  }
  return fields
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const fields = fieldsOf(result.error)
  const [name, message] = Object.entries(fields)[0] ?? ['body', 'invalid']
  throw new ControlError(400, `${name}: ${message}`, fields)
}

/** The JSON body, checked. An absent body counts as {}. Throws ControlError 400 naming the field. */
export async function bodyOf<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const text = await c.req.text()
  let value: unknown = {}
  try {
    if (text !== '') value = JSON.parse(text)
  } catch {
    throw new ControlError(400, 'the body is not JSON', { body: 'not JSON' })
  }
  return checked(schema, value)
}

/** The query, checked. Throws ControlError 400 naming the field. */
export function queryOf<T>(c: Context, schema: z.ZodType<T>): T {
  return checked(schema, c.req.query())
}

/** A whole number in a query. */
export const wholeNumber = (min: number, max: number) => z.coerce.number().int().min(min).max(max)
