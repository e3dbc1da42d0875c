/**
 * Text from a store as PostgreSQL can hold it: no NUL, no half of a surrogate pair, at most `limit` characters (a longer
 * one ends in an ellipsis). Nothing else is changed: escaping is the business of whoever shows it.
 */
export function cleanText(text: string, limit: number): string {
  const clean = text.replaceAll('\u0000', '\ufffd').replace(/\p{Surrogate}/gu, '\ufffd')
  if (clean.length <= limit) return clean
  return `${clean.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/** As cleanText, with nothing and blanks as null. */
export function cleanOrNull(text: string | null | undefined, limit: number): string | null {
  const clean = cleanText(text ?? '', limit).trim()
  return clean === '' ? null : clean
}
