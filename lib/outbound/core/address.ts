/**
 * Where an address leads. Only `public` may be connected to; everything else is a place inside somebody's network, or
 * a way to wrap one. Sources: IANA special-purpose address registries (RFC 6890 and its updates).
 */
export type AddressClass =
  | 'public'
  | 'invalid'
  | 'unspecified'
  | 'loopback'
  | 'private'
  | 'link_local'
  | 'carrier_nat'
  | 'documentation'
  | 'benchmark'
  | 'protocol'
  | 'multicast'
  | 'reserved'
  | 'unique_local'
  | 'site_local'
  | 'v4_mapped'
  | 'nat64'
  | 'six_to_four'
  | 'teredo'
  | 'discard'

type Range = readonly [network: string, bits: number, name: AddressClass]

const v4: readonly Range[] = [
  ['0.0.0.0', 8, 'unspecified'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'carrier_nat'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link_local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'protocol'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.31.196.0', 24, 'protocol'],
  ['192.52.193.0', 24, 'protocol'],
  ['192.88.99.0', 24, 'six_to_four'],
  ['192.168.0.0', 16, 'private'],
  ['192.175.48.0', 24, 'protocol'],
  ['198.18.0.0', 15, 'benchmark'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
]

const v6: readonly Range[] = [
  ['::', 128, 'unspecified'],
  ['::1', 128, 'loopback'],
  ['::ffff:0:0', 96, 'v4_mapped'],
  ['::ffff:0:0:0', 96, 'v4_mapped'],
  ['::', 96, 'v4_mapped'],
  ['64:ff9b::', 96, 'nat64'],
  ['64:ff9b:1::', 48, 'nat64'],
  ['100::', 64, 'discard'],
  ['2001::', 32, 'teredo'],
  ['2001::', 23, 'protocol'],
  ['2001:db8::', 32, 'documentation'],
  ['2002::', 16, 'six_to_four'],
  ['3fff::', 20, 'documentation'],
  ['5f00::', 16, 'protocol'],
  ['fc00::', 7, 'unique_local'],
  ['fe80::', 10, 'link_local'],
  ['fec0::', 10, 'site_local'],
  ['ff00::', 8, 'multicast'],
]

/** Classifies a textual IPv4 or IPv6 address (brackets and a zone are accepted). Anything that is no address is `invalid`. */
export function classifyAddress(text: string): AddressClass {
  const bare = text.replace(/^\[(.*)\]$/, '$1')
  const four = bitsOfV4(bare)
  if (four !== null) return find(four, 32, v4, bitsOfV4) ?? 'public'
  const six = bitsOfV6(bare.replace(/%.*$/, ''))
  if (six === null) return 'invalid'
  // Only 2000::/3 is given out as global unicast; the rest is reserved even where no registry names it.
  return find(six, 128, v6, bitsOfV6) ?? (six >> 125n === 1n ? 'public' : 'reserved')
}

export function isPublicAddress(text: string): boolean {
  return classifyAddress(text) === 'public'
}

function find(address: bigint, width: number, ranges: readonly Range[], parse: (text: string) => bigint | null): AddressClass | null {
  for (const [network, bits, name] of ranges) {
    const shift = BigInt(width - bits)
    if (address >> shift === (parse(network) as bigint) >> shift) return name
  }
  return null
}

/** Plain dotted decimal only: the octal, hexadecimal and short forms that some resolvers take are no addresses here. */
function bitsOfV4(text: string): bigint | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  let bits = 0n
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null
    bits = (bits << 8n) | BigInt(part)
  }
  return bits
}

function bitsOfV6(text: string): bigint | null {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  let plain = text
  if (tail) {
    const four = bitsOfV4(tail[2] as string)
    if (four === null) return null
    plain = `${tail[1]}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`
  }
  const halves = plain.split('::')
  if (halves.length > 2) return null
  const groups = (part: string | undefined): string[] => (part ? part.split(':') : [])
  const left = groups(halves[0])
  const right = groups(halves[1])
  const missing = 8 - left.length - right.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  const all = [...left, ...Array<string>(halves.length === 2 ? missing : 0).fill('0'), ...right]
  return all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) ? all.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n) : null
}
