import { isObject, type Form, type FormValue } from '../../core/http'
import { invalidParam } from './errors'

/** Reads one value; throws an ApiError in Stripe's words. A bare leaf in a shape is optional. */
export interface Leaf<T> {
  readonly read: (value: FormValue, path: string) => T
}

/** A leaf that must be there. */
export interface Needed<T> extends Leaf<T> {
  readonly needed: true
}

export type Spec = Readonly<Record<string, Leaf<unknown>>>

export type Read<S extends Spec> = {
  readonly [K in keyof S]: S[K] extends Needed<infer T> ? T : S[K] extends Leaf<infer T> ? T | undefined : never
}

export function needed<T>(leaf: Leaf<T>): Needed<T> {
  return { read: leaf.read, needed: true }
}

function at(path: string, key: string): string {
  return path === '' ? key : `${path}[${key}]`
}

/** Reads a form by its spec: unknown names, missing names, then each value. */
export function readParams<S extends Spec>(spec: S, form: Form, path = ''): Read<S> {
  const unknown = Object.keys(form).filter((key) => !(key in spec))
  const first = unknown[0]
  if (first !== undefined) {
    const names = unknown.map((key) => at(path, key)).join(', ')
    throw invalidParam(at(path, first), `Received unknown parameter${unknown.length > 1 ? 's' : ''}: ${names}`, 'parameter_unknown')
  }
  const result: Record<string, unknown> = {}
  for (const [key, leaf] of Object.entries(spec)) {
    const value = form[key]
    if (value !== undefined) result[key] = leaf.read(value, at(path, key))
    else if ('needed' in leaf) throw invalidParam(at(path, key), `Missing required param: ${at(path, key)}.`, 'parameter_missing')
  }
  return result as Read<S>
}

export function shape<S extends Spec>(spec: S): Leaf<Read<S>> {
  return {
    read: (value, path) => {
      if (!isObject(value)) throw invalidParam(path, `Invalid object`)
      return readParams(spec, value, path)
    },
  }
}

export function list<T>(leaf: Leaf<T>, max = 100): Leaf<T[]> {
  return {
    read: (value, path) => {
      // Lists longer than the decoder's limit, and lists with gaps, arrive as objects with index keys.
      const items = Array.isArray(value) ? value : isObject(value) && Object.keys(value).every((key) => /^\d+$/.test(key)) ? Object.values(value) : null
      if (items === null) throw invalidParam(path, 'Invalid array')
      if (items.length > max) throw invalidParam(path, `Array too long: ${path} has ${items.length} elements, the maximum is ${max}.`)
      return items.map((item, index) => leaf.read(item, `${path}[${index}]`))
    },
  }
}

function plain(value: FormValue, path: string): string {
  if (typeof value !== 'string') throw invalidParam(path, `Invalid string: ${JSON.stringify(value)}`)
  return value
}

export function text(max = 5000): Leaf<string> {
  return {
    read: (value, path) => {
      const result = plain(value, path)
      if (result === '') {
        throw invalidParam(
          path,
          `You passed an empty string for '${path}'. We assume empty values are an attempt to unset a field; however '${path}' cannot be unset. You should remove '${path}' from your request or supply a non-empty value.`,
          'parameter_invalid_empty',
        )
      }
      if (result.length > max) throw invalidParam(path, `Invalid string: ${result.slice(0, 20)}...; must be at most ${max} characters`)
      return result
    },
  }
}

/** Empty means unset: null. */
export function clearable<T>(leaf: Leaf<T>): Leaf<T | null> {
  return { read: (value, path) => (value === '' ? null : leaf.read(value, path)) }
}

export function integer(min = 0, max = Number.MAX_SAFE_INTEGER): Leaf<number> {
  return {
    read: (value, path) => {
      const digits = plain(value, path)
      if (!/^-?\d{1,16}$/.test(digits)) throw invalidParam(path, `Invalid integer: ${digits}`, 'parameter_invalid_integer')
      const result = Number(digits)
      if (result < min) throw invalidParam(path, `This value must be greater than or equal to ${min}.`, 'parameter_invalid_integer')
      if (result > max) throw invalidParam(path, `This value must be less than or equal to ${max}.`, 'parameter_invalid_integer')
      return result
    },
  }
}

export const flag: Leaf<boolean> = {
  read: (value, path) => {
    if (value === 'true') return true
    if (value === 'false') return false
    throw invalidParam(path, `Invalid boolean: ${plain(value, path)}`)
  },
}

export function oneOf<const T extends string>(values: readonly T[]): Leaf<T> {
  return {
    read: (value, path) => {
      const given = plain(value, path)
      const found = values.find((candidate) => candidate === given)
      if (found === undefined) throw invalidParam(path, `Invalid ${path}: must be one of ${words(values)}`)
      return found
    },
  }
}

function words(values: readonly string[]): string {
  return values.length < 3 ? values.join(' or ') : `${values.slice(0, -1).join(', ')}, or ${values[values.length - 1] ?? ''}`
}

/** Lower-cased ISO currency. */
export const currency: Leaf<string> = {
  read: (value, path) => {
    const given = plain(value, path).toLowerCase()
    if (!/^[a-z]{3}$/.test(given)) throw invalidParam(path, `Invalid currency: ${given}.`)
    return given
  },
}

/** Accepted and not looked at: parameters whose effect the sandbox has no use for. */
export const ignored: Leaf<FormValue> = { read: (value) => value }

/** What a request says about metadata: names with a value, or null to remove; null alone removes everything. */
export type MetadataChange = Readonly<Record<string, string | null>> | null

/** Up to 50 keys of 40 characters without brackets, values of 500 (docs.stripe.com/api/metadata). */
export const metadata: Leaf<MetadataChange> = {
  read: (value, path) => {
    if (value === '') return null
    if (!isObject(value)) throw invalidParam(path, 'Invalid hash')
    const result: Record<string, string | null> = {}
    for (const [key, content] of Object.entries(value)) {
      if (key.length > 40)
        throw invalidParam(path, `Metadata keys can have up to 40 characters, but you passed in a key that is ${key.length} characters. Invalid key: ${key}`)
      if (/[[\]]/.test(key)) throw invalidParam(path, `Metadata keys can not contain square brackets. Invalid key: ${key}`)
      const entry = plain(content, `${path}[${key}]`)
      if (entry.length > 500) {
        throw invalidParam(
          `${path}[${key}]`,
          `Metadata values can have up to 500 characters, but you passed in a value that is ${entry.length} characters. Invalid value: ${entry}`,
        )
      }
      result[key] = entry === '' ? null : entry
    }
    return result
  },
}

/** Applies a change to metadata; throws when more than 50 keys would be left. */
export function applyMetadata(before: Readonly<Record<string, string>>, change: MetadataChange | undefined): Record<string, string> {
  if (change === undefined) return { ...before }
  if (change === null) return {}
  const after: Record<string, string> = { ...before }
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete after[key]
    else after[key] = value
  }
  const count = Object.keys(after).length
  if (count > 50) throw invalidParam('metadata', `You tried to set ${count} metadata keys, but the maximum is 50.`)
  return after
}

/** A time or a range of times in unix seconds. */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

/** `created=1`, or any of `created[gt|gte|lt|lte]`. */
export const timeRange: Leaf<TimeRange> = {
  read: (value, path) => {
    if (typeof value === 'string') {
      const exact = integer().read(value, path)
      return { from: exact, to: exact }
    }
    const range = shape({ gt: integer(), gte: integer(), lt: integer(), lte: integer() }).read(value, path)
    return {
      from: Math.max(range.gte ?? 0, range.gt === undefined ? 0 : range.gt + 1),
      to: Math.min(range.lte ?? Infinity, range.lt === undefined ? Infinity : range.lt - 1),
    }
  },
}

const addressSpec = {
  city: clearable(text()),
  country: clearable(text(2)),
  line1: clearable(text()),
  line2: clearable(text()),
  postal_code: clearable(text()),
  state: clearable(text()),
} satisfies Spec

/** A postal address; parts not given are null. */
export const address: Leaf<{
  city: string | null
  country: string | null
  line1: string | null
  line2: string | null
  postal_code: string | null
  state: string | null
}> = {
  read: (value, path) => {
    const given = shape(addressSpec).read(value, path)
    return {
      city: given.city ?? null,
      country: given.country ?? null,
      line1: given.line1 ?? null,
      line2: given.line2 ?? null,
      postal_code: given.postal_code ?? null,
      state: given.state ?? null,
    }
  },
}
