import qs from 'qs'

/** A decoded form or query: strings, lists and objects of these. */
export type FormValue = string | FormValue[] | { [key: string]: FormValue }
export type Form = { [key: string]: FormValue }

/**
 * Decodes `application/x-www-form-urlencoded` with brackets the way Stripe reads it: `a[b]=1`,
 * `a[0][b]=1`, `a[]=1` and `a[0]=1` (both lists). Empty values stay as empty strings.
 */
export function decodeForm(text: string): Form {
  const value: unknown = qs.parse(text, {
    arrayLimit: 1000,
    parameterLimit: 20_000,
    depth: 12,
    plainObjects: true,
    ignoreQueryPrefix: true,
  })
  return value as Form
}

export function isObject(value: FormValue | undefined): value is { [key: string]: FormValue } {
  return typeof value === 'object' && !Array.isArray(value)
}
