import { describe, expect, it } from 'vitest'
import { classifyAddress } from './address'
import { judgeDestination, type OutboundPolicy } from './destination'

const vectors: [string, string][] = [
  ['8.8.8.8', 'public'], ['1.1.1.1', 'public'], ['172.15.255.255', 'public'], ['172.32.0.0', 'public'], ['100.63.255.255', 'public'],
  ['100.128.0.0', 'public'], ['192.167.255.255', 'public'], ['192.169.0.0', 'public'], ['169.253.255.255', 'public'], ['223.255.255.255', 'public'],
  ['0.0.0.0', 'unspecified'], ['0.1.2.3', 'unspecified'], ['10.0.0.0', 'private'], ['10.255.255.255', 'private'], ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'], ['192.168.1.1', 'private'], ['127.0.0.1', 'loopback'], ['127.255.255.254', 'loopback'],
  ['169.254.169.254', 'link_local'], ['100.64.0.1', 'carrier_nat'], ['100.127.255.255', 'carrier_nat'], ['192.0.0.192', 'protocol'],
  ['192.0.2.1', 'documentation'], ['198.18.0.1', 'benchmark'], ['198.19.255.255', 'benchmark'], ['203.0.113.9', 'documentation'],
  ['192.88.99.1', 'six_to_four'], ['224.0.0.1', 'multicast'], ['239.255.255.250', 'multicast'], ['240.0.0.1', 'reserved'], ['255.255.255.255', 'reserved'],
  ['2606:4700:4700::1111', 'public'], ['2a00:1450:4001::200e', 'public'], ['::', 'unspecified'], ['::1', 'loopback'], ['0:0:0:0:0:0:0:1', 'loopback'],
  ['::ffff:127.0.0.1', 'v4_mapped'], ['::ffff:8.8.8.8', 'v4_mapped'], ['::ffff:7f00:1', 'v4_mapped'], ['::ffff:0:10.0.0.1', 'v4_mapped'], ['::127.0.0.1', 'v4_mapped'],
  ['64:ff9b::7f00:1', 'nat64'], ['64:ff9b::10.0.0.1', 'nat64'], ['64:ff9b:1::1', 'nat64'], ['2002:7f00:1::', 'six_to_four'], ['2001:0:1::1', 'teredo'],
  ['2001:10::1', 'protocol'], ['2001:db8::1', 'documentation'], ['3fff::1', 'documentation'], ['fc00::1', 'unique_local'], ['fdff::1', 'unique_local'], ['fe80::1', 'link_local'],
  ['fe80::1%eth0', 'link_local'], ['febf::1', 'link_local'], ['fec0::1', 'site_local'], ['ff02::1', 'multicast'], ['100::1', 'discard'], ['4000::1', 'reserved'], ['[::1]', 'loopback'],
  ['', 'invalid'], ['localhost', 'invalid'], ['127.1', 'invalid'], ['0x7f.0.0.1', 'invalid'], ['0177.0.0.1', 'invalid'], ['256.1.1.1', 'invalid'], ['1.2.3', 'invalid'],
  [':::', 'invalid'], ['1::2::3', 'invalid'], ['12345::', 'invalid'], ['1:2:3:4:5:6:7:8:9', 'invalid'], ['1:2:3:4:5:6:7:8::', 'invalid'],
]

describe('addresses', () => {
  it.each(vectors)('%s is %s', (text, want) => expect(classifyAddress(text)).toBe(want))
})

describe('destinations', () => {
  const policy: OutboundPolicy = { ownHosts: ['pay.example.org'], sandboxOrigin: 'http://127.0.0.1:4010' }
  const judge = (text: string, more = policy) => {
    const found = judgeDestination(text, more)
    return found.ok ? (found.trusted ? 'sandbox' : 'allowed') : found.reason
  }
  it.each([
    ['https://shop.example.com/wp-json', 'allowed'], ['https://shop.example.com:8443/', 'allowed'], ['https://8.8.8.8/', 'allowed'], ['https://xn--bcher-kva.example/', 'allowed'],
    ['http://shop.example.com/', 'not_https'], ['ftp://shop.example.com/', 'not_https'], ['file:///etc/passwd', 'not_https'], ['javascript:alert(1)', 'not_https'],
    ['https://user:pw@shop.example.com/', 'userinfo'], ['https://shop.example.com@10.0.0.1/', 'userinfo'], ['https://shop.example.com:22/', 'port'], ['https://shop.example.com:80/', 'port'],
    ['https://pay.example.org/x', 'own_host'], ['https://PAY.example.org./x', 'own_host'], ['//shop.example.com', 'not_a_url'], ['', 'not_a_url'], ['https://', 'not_a_url'],
    ['https://127.0.0.1/', 'address'], ['https://2130706433/', 'address'], ['https://0x7f000001/', 'address'], ['https://0177.0.0.1/', 'address'], ['https://127.1/', 'address'],
    ['https://127。0。0。1/', 'address'], ['https://１２７.0.0.1/', 'address'], ['https://[::1]/', 'address'], ['https://[::ffff:127.0.0.1]/', 'address'], ['https://[fe80::1]/', 'address'],
    ['https://localhost/', 'address'], ['https://intranet/', 'address'], ['https://a.localhost/', 'address'], ['https://printer.local/', 'address'], ['https://metadata.google.internal/', 'address'],
    ['https://169.254.169.254/latest', 'address'], ['https://[64:ff9b::a9fe:a9fe]/', 'address'], ['https://0/', 'address'],
    ['http://127.0.0.1:4010/shops/a', 'sandbox'], ['http://127.0.0.1:4011/shops/a', 'not_https'], ['http://localhost:4010/', 'not_https'], ['https://127.0.0.1:4010/', 'port'], ['http://u:p@127.0.0.1:4010/', 'userinfo'],
  ])('%s is %s', (text, want) => expect(judge(text)).toBe(want))

  it('gives the sandbox no special right outside sandbox mode', () => {
    expect(judge('http://127.0.0.1:4010/shops/a', { ...policy, sandboxOrigin: null })).toBe('not_https')
  })
})
