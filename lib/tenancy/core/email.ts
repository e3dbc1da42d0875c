const shape = /^[a-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/

/**
 * One spelling per address: trimmed, lower case, plain ASCII. Null when it is no single address; look-alike letters and
 * lists of addresses are refused, never folded onto somebody else's.
 */
export function normaliseEmail(text: string): string | null {
  const plain = text.trim().toLowerCase()
  return plain.length <= 254 && shape.test(plain) ? plain : null
}
