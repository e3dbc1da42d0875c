import type { World } from '../../core/world'
import type { ShopWorld } from '../../shop/shop-world'
import { html, type Markup } from './markup'
import { orders, products, shopForms, shopList, takeOrder } from './order-sections'
import { accounts, foreignForm, payments } from './payment-sections'
import { deliveries, faultForm, faults, log, misdeliverForm, misdeliveryRules } from './trouble-sections'

/** The parts of the page that are asked for again while it is open. */
export function fragment(name: string, world: World, shops: ShopWorld, origin: string, shop: string | undefined): Markup | null {
  switch (name) {
    case 'products':
      return products(shops, shop)
    case 'orders':
      return orders(shops)
    case 'shops':
      return shopList(shops, origin)
    case 'payments':
      return payments(world)
    case 'rules':
      return misdeliveryRules(world)
    case 'deliveries':
      return deliveries(world)
    case 'faults':
      return faults(world)
    case 'accounts':
      return accounts(world)
    case 'log':
      return log(world)
    default:
      return null
  }
}

const sections = [
  ['order', 'Take an order'],
  ['payments', 'Payments'],
  ['webhooks', 'Webhooks'],
  ['faults', 'Faults'],
  ['shops', 'Shops'],
  ['accounts', 'Accounts'],
  ['log', 'Log'],
] as const

/** The console: one page, its lists refreshed while it is looked at. */
export function page(world: World, shops: ShopWorld, origin: string): Markup {
  const live = (name: string) => html`<div data-live="${name}">${fragment(name, world, shops, origin, undefined)}</div>`
  const advance = (label: string, by_seconds: number) =>
    html`<button
      type="button"
      data-api="POST /_sandbox/clock/advance"
      data-body="${JSON.stringify({ by_seconds })}"
      data-done="Time moved on ${label}."
      aria-label="Advance ${label}"
    >
      + ${label}
    </button>`
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Sandbox console</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/_sandbox/console.css" />
        <script src="/_sandbox/console.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#order">Skip to the console</a>
        <header>
          <div class="bar">
            <h1>Sandbox</h1>
            <p class="muted">Stripe, shops and time for this machine. No real money.</p>
            <div class="clock" role="group" aria-label="Sandbox time">
              <span class="now"><time id="now" data-offset="${world.clock.offsetMs()}"></time> UTC</span> ${advance('1 hour', 3600)} ${advance('1 day', 86_400)}
              ${advance('7 days', 604_800)}
            </div>
          </div>
          <nav aria-label="Sections">${sections.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}</nav>
        </header>
        <main>
          <section id="order" aria-labelledby="h-order">
            <h2 id="h-order">Take an order as a customer</h2>
            ${takeOrder(shops)}${live('orders')}
          </section>
          <section id="payments" aria-labelledby="h-payments">
            <h2 id="h-payments">Payments</h2>
            ${live('payments')}${foreignForm(world)}
          </section>
          <section id="webhooks" aria-labelledby="h-webhooks">
            <h2 id="h-webhooks">Webhooks</h2>
            ${misdeliverForm()}${live('rules')}
            <h3>Deliveries</h3>
            ${live('deliveries')}
          </section>
          <section id="faults" aria-labelledby="h-faults">
            <h2 id="h-faults">Faults</h2>
            ${faultForm()}${live('faults')}
          </section>
          <section id="shops" aria-labelledby="h-shops">
            <h2 id="h-shops">Shops</h2>
            ${live('shops')}${shopForms()}
          </section>
          <section id="accounts" aria-labelledby="h-accounts">
            <h2 id="h-accounts">Accounts and keys</h2>
            ${live('accounts')}
          </section>
          <section id="log" aria-labelledby="h-log">
            <h2 id="h-log">Log</h2>
            ${live('log')}
          </section>
        </main>
        <div id="said" role="status" aria-live="polite" hidden></div>
      </body>
    </html>`
}
