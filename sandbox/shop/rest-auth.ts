import { createHash, timingSafeEqual } from 'node:crypto'
import type { Shop } from './shop-types'
import { ShopError } from './shop-world'

const same = (a: string, b: string): boolean => {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

function credentials(authorization: string | undefined, query: URLSearchParams): [string, string] | null {
  if (authorization?.startsWith('Basic ')) {
    const text = Buffer.from(authorization.slice(6), 'base64').toString('utf8')
    const colon = text.indexOf(':')
    return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)]
  }
  const key = query.get('consumer_key')
  const secret = query.get('consumer_secret')
  return key !== null && secret !== null ? [key, secret] : null
}

/**
 * Checks consumer key and secret, from Basic auth or from the query, and that the key may do this.
 * The real shop demands OAuth 1.0a signatures over plain HTTP; on loopback that is left out.
 * Throws ShopError 401 with WooCommerce's codes.
 */
export function authorise(shop: Shop, method: string, authorization: string | undefined, query: URLSearchParams): void {
  const given = credentials(authorization, query)
  if (!given) throw new ShopError(401, 'woocommerce_rest_cannot_view', 'Sorry, you cannot list resources.')
  if (!same(given[0], shop.consumer_key)) {
    throw new ShopError(401, 'woocommerce_rest_authentication_error', 'Consumer key is invalid.')
  }
  if (!same(given[1], shop.consumer_secret)) {
    throw new ShopError(401, 'woocommerce_rest_authentication_error', 'Consumer secret is invalid.')
  }
  const reading = method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
  if (!reading && shop.permissions === 'read') {
    throw new ShopError(401, 'woocommerce_rest_authentication_error', 'The API key provided does not have write permissions.')
  }
  if (reading && shop.permissions === 'write') {
    throw new ShopError(401, 'woocommerce_rest_authentication_error', 'The API key provided does not have read permissions.')
  }
}
