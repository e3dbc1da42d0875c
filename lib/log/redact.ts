/**
 * What may never reach a log: keys, tokens, cookies, client secrets, mail addresses and card-like digits. Applied to
 * every string of an entry, and to whole values under names that say secret.
 */
const secretNames =
  /^(authorization|cookie|set-cookie|password|secret|token|client_secret|.*_sealed|keys?|consumer_(key|secret)|stripe-signature|customer_(name|email)|email|name|address|billing_details)$/i
const patterns: [RegExp, string][] = [
  [/\b(sk|rk|pk)_(live|test)_[A-Za-z0-9]+/g, '$1_$2_[redacted]'],
  [/\bwhsec_[A-Za-z0-9+/=]+/g, 'whsec_[redacted]'],
  [/\b(ck|cs)_[0-9a-f]{40}\b/g, '$1_[redacted]'],
  [/\bshpat_[A-Za-z0-9]+/g, 'shpat_[redacted]'],
  [/\b(cs_(?:live_|test_)?[A-Za-z0-9]+|pi_[A-Za-z0-9]+)_secret_[A-Za-z0-9]+/g, '$1_secret_[redacted]'],
  [/\bmb(k|p)_[A-Za-z0-9_-]{20,}/g, 'mb$1_[redacted]'],
  [/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]+/gi, '$1 [redacted]'],
  [/(postgres(?:ql)?:\/\/[^:/\s]+:)[^@\s]+@/g, '$1[redacted]@'],
  [/[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/g, '[mail]'],
]

/** 13 to 19 digits that pass Luhn's check and stand alone: a card number, not an id or a time. */
const cardLike = /(?<![0-9a-zA-Z_-])(?:\d[ -]?){12,18}\d(?![0-9a-zA-Z_-])/g

function isLuhn(text: string): boolean {
  const digits = text.replace(/\D/g, '')
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return sum % 10 === 0
}

export function redact<T>(value: T, depth = 0): T {
  if (typeof value === 'string')
    return patterns
      .reduce((text, [shape, mark]) => text.replace(shape, mark), value as string)
      .replace(cardLike, (found) => (isLuhn(found) ? '[digits]' : found)) as T
  if (typeof value === 'bigint') return value.toString() as T
  if (value === null || typeof value !== 'object' || depth > 8) return value
  if (value instanceof Error) {
    const { message, stack } = value
    const code = (value as { code?: unknown }).code
    return redact({ message, code, stack }, depth + 1) as T
  }
  if (value instanceof Date) return value
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1)) as T
  if (ArrayBuffer.isView(value)) return '[bytes]' as T
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, secretNames.test(name) && item != null ? '[redacted]' : redact(item, depth + 1)]),
  ) as T
}
