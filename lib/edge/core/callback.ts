/**
 * A path of our own to go to after signing in, or null. Only what stays on our origin when a browser reads it: no
 * `//host`, no backslash, no control characters, no scheme; never back to the sign-in page or to a machine's address.
 */
export function safeCallback(text: unknown, origin: string): string | null {
  if (typeof text !== 'string' || !text.startsWith('/') || text.length > 1_000) return null
  if (text.includes('\\') || hasControlCharacter(text)) return null
  try {
    const url = new URL(text, origin)
    if (url.origin !== origin || url.pathname.startsWith('//')) return null
    if (/^\/(sign-in|api)(\/|$)/.test(url.pathname)) return null
    return url.pathname + url.search
  } catch {
    return null
  }
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((char) => char < ' ' || char === '\u007f')
}
