import type { World } from '../../core/world'
import { idOf, tablesOf } from '../../stripe/tables'
import { action, copyable, field, html, money, state, table, time, type Markup } from './markup'

/** The latest payments, with what the Dashboard could do to them. */
export function payments(world: World): Markup {
  const tables = tablesOf(world.store)
  const charges = [...tables.charge.all()].slice(-30).reverse()
  const rows = charges.map((row) => {
    const { object } = row
    const dispute = tables.dispute.by('charge', row.id).at(-1)
    const left = object.amount_captured - object.amount_refunded
    const refundable = object.status === 'succeeded' && left > 0
    const word = object.amount_refunded === 0 ? object.status : left > 0 ? 'partly refunded' : 'refunded'
    const open = dispute !== undefined && /needs_response|under_review/.test(dispute.object.status)
    return html`<tr>
      <td>${time(object.created)}</td>
      <td>${world.accounts.get(row.account)?.name ?? ''}${row.livemode ? '' : html` <span class="muted">test</span>`}</td>
      <td>${copyable(idOf(object.payment_intent) ?? row.id)}</td>
      <td class="right">${money(object.amount, object.currency)}</td>
      <td>${object.payment_method_details?.type?.replaceAll('_', ' ') ?? ''}</td>
      <td>${state(word)}${object.failure_message ? html` <span class="muted">${object.failure_message}</span>` : ''}</td>
      <td>${dispute ? state(dispute.object.status) : ''}</td>
      <td class="actions">
        ${refundable ? action('Refund', 'POST /_sandbox/refunds', { charge: row.id }, { done: 'Refunded in full.', name: `Refund ${row.id} in full` }) : ''}
        ${refundable && left > 1 ? action('Refund half', 'POST /_sandbox/refunds', { charge: row.id, amount: Math.floor(left / 2) }, { quiet: true, done: 'Refunded in part.', name: `Refund half of ${row.id}` }) : ''}
        ${refundable && !object.disputed ? action('Dispute', 'POST /_sandbox/disputes', { charge: row.id }, { quiet: true, done: 'Disputed.', name: `Dispute ${row.id}` }) : ''}
        ${open ? html`${action('Win', `POST /_sandbox/disputes/${dispute.id}/win`, {}, { done: 'Won.', name: `Win dispute ${dispute.id}` })} ${action('Lose', `POST /_sandbox/disputes/${dispute.id}/lose`, {}, { quiet: true, done: 'Lost.', name: `Lose dispute ${dispute.id}` })}` : ''}
      </td>
    </tr>`
  })
  return table(
    'Latest payments',
    ['Created', 'Account', 'Payment', 'Amount', 'Method', 'Status', 'Dispute', ''],
    rows,
    'No payments yet. Place an order and pay it.',
  )
}

/** A payment that no shop knows of. */
export function foreignForm(world: World): Markup {
  const choices = world.accounts.all().map((account) => [account.id, account.name] as const)
  return html`<details>
    <summary>Take a payment that has no order</summary>
    <form data-api="POST /_sandbox/payments/foreign" data-done="Taken.">
      <div class="fields">
        ${field('Account', 'account', { choices })}${field('Amount (minor units)', 'amount', { type: 'number', value: '4200', kind: 'number' })}
        ${field('Currency', 'currency', { value: 'usd' })}${field('Description', 'description', { hint: 'Invoice 4711' })}
        ${field('Mode', 'livemode', {
          choices: [
            ['true', 'live'],
            ['false', 'test'],
          ],
          kind: 'json',
        })}
      </div>
      <p class="row"><button type="submit">Take payment</button></p>
    </form>
  </details>`
}

/** Accounts with their keys. */
export function accounts(world: World): Markup {
  const rows = world.accounts.all().map(
    (account) =>
      html`<tr>
        <th scope="row">${account.name}</th>
        <td>${copyable(account.id)}</td>
        <td>${account.kind}</td>
        <td>${account.country} · ${account.default_currency}</td>
        ${(['live', 'test'] as const).map(
          (mode) =>
            html`<td>${copyable(account.keys[mode].secret)}</td>
              <td>${copyable(account.keys[mode].publishable)}</td>`,
        )}
        <td>${world.accounts.restrictedKeys(account.id).map((key) => html`<div>${key.name} (${key.mode}) ${copyable(key.id)}</div>`)}</td>
      </tr>`,
  )
  return table(
    'Accounts',
    ['Name', 'Account', 'Kind', 'Country', 'Live secret', 'Live publishable', 'Test secret', 'Test publishable', 'Restricted keys'],
    rows,
    'No accounts.',
  )
}
