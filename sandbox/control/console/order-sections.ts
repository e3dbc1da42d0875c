import { goods } from '../../shop/demo-names'
import { priceIn } from '../../shop/demo-order'
import { totalsOf } from '../../shop/order-totals'
import type { ShopWorld } from '../../shop/shop-world'
import { action, copyable, field, html, money, state, table, time, type Markup } from './markup'

/** What a shop sells, with its prices. */
export function products(shops: ShopWorld, slug: string | undefined): Markup {
  const shop = slug === undefined ? shops.rows.allShops()[0] : shops.rows.shop(slug)
  if (!shop) return html`<p class="empty">Open a shop first, below under Shops.</p>`
  return html`<ul class="products">
    ${goods.slice(0, 8).map(
      ([name, sku, hundredths]) =>
        html` <li>
          <label
            ><input type="number" min="0" max="99" value="0" data-sku="${sku}" aria-label="Quantity of ${name}" />
            <span class="name">${name}</span> ${money(priceIn(shop.currency, hundredths), shop.currency)}</label
          >
        </li>`,
    )}
  </ul>`
}

/** The form with which a customer orders. */
export function takeOrder(shops: ShopWorld): Markup {
  const choices = shops.rows.allShops().map((shop) => [shop.slug, `${shop.name} (${shop.currency})`] as const)
  return html`<form id="take-order" data-api="POST /_sandbox/shops/{slug}/orders" data-done="Ordered. It is at the top of the list.">
    <div class="fields">${field('Shop', 'slug', { choices })}</div>
    <div data-fragment="products">${products(shops, undefined)}</div>
    <p class="row">
      <button type="submit" class="primary">Place order</button>
      <button type="submit" name="surprise" value="1">Surprise me</button>
      <span class="muted">Nothing chosen, or “Surprise me”, makes up a plausible order.</span>
    </p>
  </form>`
}

/** The latest orders of all shops, with a link to pay where a payment plugin is set. */
export function orders(shops: ShopWorld): Markup {
  const all = shops.rows.allShops().flatMap((shop) =>
    shops.rows.orders
      .all(shop.slug)
      .slice(-25)
      .map((order) => ({ shop, order })),
  )
  const latest = all.sort((a, b) => b.order.created_ms - a.order.created_ms || b.order.id - a.order.id).slice(0, 25)
  const rows = latest.map(({ shop, order }) => {
    const path = `/_sandbox/shops/${shop.slug}/orders/${order.id}`
    const who = `${order.billing.first_name} ${order.billing.last_name}`.trim()
    const open = order.status === 'pending' || order.status === 'failed'
    return html`<tr>
      <td>${time(order.created_ms / 1000)}</td>
      <td>${shop.name}</td>
      <th scope="row">${order.number}</th>
      <td class="wide">${who || 'no name'}</td>
      <td class="right">${money(totalsOf(order).total, order.currency)}</td>
      <td>${state(order.status)}</td>
      <td>${order.transaction_id ? copyable(order.transaction_id) : ''}</td>
      <td class="actions">
        ${open && shop.payment_plugin ? action('Pay', `POST ${path}/pay_link`, {}, { open: 'link', done: 'The pay page is open in a new tab.', name: `Pay order ${order.number}` }) : ''}
        ${open ? action('Cancel', `POST ${path}/cancel`, {}, { quiet: true, name: `Cancel order ${order.number}` }) : ''}
        <a href="${path}/history" target="_blank" rel="noreferrer">History<span class="hidden"> of order ${order.number}</span></a>
      </td>
    </tr>`
  })
  return table('Latest orders', ['Placed', 'Shop', 'Order', 'Customer', 'Total', 'Status', 'Transaction', ''], rows, 'No orders yet. Place one above.')
}

/** The shops with their keys. */
export function shopList(shops: ShopWorld, origin: string): Markup {
  const rows = shops.rows.allShops().map(
    (shop) =>
      html`<tr>
        <th scope="row">${shop.name}</th>
        <td>${shop.slug}</td>
        <td>${shop.currency}</td>
        <td>${shop.timezone}</td>
        <td>${copyable(`${origin}/shops/${shop.slug}`)}</td>
        <td>${copyable(shop.consumer_key)}</td>
        <td>${copyable(shop.consumer_secret)}</td>
        <td>${shop.payment_plugin ? copyable(shop.payment_plugin.url) : html`<span class="muted">none</span>`}</td>
      </tr>`,
  )
  return table('Shops', ['Name', 'Slug', 'Currency', 'Zone', 'Address', 'Consumer key', 'Consumer secret', 'Payment plugin'], rows, 'No shops yet.')
}

/** Forms that open a shop and install its payment plugin. */
export function shopForms(): Markup {
  return html`<details>
      <summary>Open a shop</summary>
      <form data-api="POST /_sandbox/shops" data-done="The shop is open.">
        <div class="fields">
          ${field('Slug', 'slug', { hint: 'north' })}${field('Name', 'name', { hint: 'North' })}${field('Currency', 'currency', { value: 'USD' })}
          ${field('Country', 'country', { value: 'US' })}${field('Time zone', 'timezone', { value: 'UTC' })}${field('Number prefix', 'number_prefix', { hint: 'N-' })}
        </div>
        <p class="row"><button type="submit">Open shop</button></p>
      </form>
    </details>
    <details>
      <summary>Set a shop’s payment plugin</summary>
      <form data-api="PATCH /_sandbox/shops/{slug}" data-wrap="payment_plugin" data-done="The plugin is set.">
        <div class="fields">
          ${field('Shop slug', 'slug', { hint: 'north' })}${field('Address it posts to', 'url', { type: 'url', hint: 'http://127.0.0.1:3000/api/v1/checkouts' })}
          ${field('Headers (JSON)', 'headers', { kind: 'json', hint: '{"authorization":"Bearer ..."}' })}${field('Body (JSON)', 'body', { kind: 'json', value: '{"order":"{order_id}"}' })}
          ${field('Field with the link', 'link_field', { value: 'url' })}
        </div>
        <p class="row"><button type="submit">Set plugin</button></p>
      </form>
    </details>`
}
