/**
 * Where a request comes from, for counting failures: the last address of `X-Forwarded-For`, which is the one that the
 * nearest proxy (or Next itself, without a proxy) wrote. IPv6 counts by its /64, which is what one household gets.
 */
export function callerAddress(headers: Headers): string {
  return addressOf(headers.get('x-forwarded-for'))
}

/** As callerAddress, from the header's text or a bare address. */
export function addressOf(forwarded: string | null): string {
  const last = forwarded?.split(',').at(-1)?.trim() ?? ''
  const plain = last.replace(/^::ffff:/i, '').slice(0, 64)
  if (!plain.includes(':')) return plain === '' ? 'unknown' : plain
  const [head = '', tail] = plain.toLowerCase().split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
  return [...front, ...zeros, ...back]
    .slice(0, 4)
    .map((part) => part.replace(/^0+(?=.)/, ''))
    .join(':')
}
