import type { Hono } from 'hono'
import { decimalsOf } from './shop-money'
import { answer, shopOf, urlOf } from './rest-reply'
import type { ShopWorld } from './shop-world'

const PREFIX = '/shops/:slug/wp-json/wc/v3'

/** What a connector asks first: who is this shop, which zone and currency. The index needs no key, as in WordPress. */
export function mountIndex(app: Hono, world: ShopWorld): void {
  app.get('/shops/:slug/wp-json', (c) => {
    const shop = shopOf(c, world)
    return answer(c, {
      name: shop.name,
      description: '',
      url: urlOf(c, shop),
      home: urlOf(c, shop),
      timezone_string: shop.timezone,
      namespaces: ['wc/v3', 'wp/v2'],
      authentication: {},
      routes: {},
    })
  })
  app.get(`${PREFIX}/data/currencies/current`, (c) => {
    const { currency } = shopOf(c, world)
    return answer(c, { code: currency, name: currency, symbol: currency })
  })
  app.get(`${PREFIX}/system_status`, (c) => {
    const shop = shopOf(c, world)
    return answer(c, {
      environment: { home_url: urlOf(c, shop), site_url: urlOf(c, shop), version: '9.9.5', wp_version: '6.8.2', default_timezone: 'UTC' },
      settings: { currency: shop.currency, number_of_decimals: decimalsOf(shop.currency), thousand_separator: ',', decimal_separator: '.' },
    })
  })
}
