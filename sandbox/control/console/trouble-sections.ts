import type { World } from '../../core/world'
import { faultRulesOf } from '../../faults/fault-part'
import { tablesOf } from '../../stripe/tables'
import { deliveriesOf } from '../../webhooks/webhook-part'
import { action, copyable, field, html, state, table, time, type Markup } from './markup'

/** The form that misdelivers; fields that a kind does not have are hidden by the script. */
export function misdeliverForm(): Markup {
  return html`<form data-api="POST /_sandbox/webhooks/rules" data-done="The rule is in force." data-kinds>
    <div class="fields">
      ${field('What goes wrong', 'kind', {
        choices: [
          ['duplicate', 'Sent several times'],
          ['delay', 'Sent late'],
          ['reorder', 'Sent in another order'],
          ['drop', 'Lost'],
          ['bunch', 'Bunched into one second'],
          ['signature', 'Signed wrongly'],
          ['hold', 'Held back'],
        ],
      })}
      ${field('Copies', 'copies', { type: 'number', value: '3', kind: 'number', only: 'duplicate' })}${field('At the same moment', 'together', { type: 'number', value: '2', kind: 'number', only: 'duplicate' })}
      ${field('Late by at least (ms)', 'min_ms', { type: 'number', value: '2000', kind: 'number', only: 'delay' })}${field('and at most (ms)', 'max_ms', { type: 'number', value: '8000', kind: 'number', only: 'delay' })}
      ${field('Window (ms)', 'window_ms', { type: 'number', value: '1000', kind: 'number', only: 'reorder' })}
      ${field('Lost attempts', 'attempts', {
        choices: [
          ['1', 'the first'],
          ['3', 'the first three'],
          ['null', 'all, for ever'],
        ],
        kind: 'json',
        only: 'drop',
      })}
      ${field('Seconds', 'seconds', { type: 'number', value: '60', kind: 'number', only: 'bunch' })}
      ${field('Signature', 'fault', {
        choices: [
          ['wrong', 'another secret'],
          ['empty', 'empty secret'],
          ['none', 'no header'],
          ['stale', 'ten minutes old'],
          ['altered_body', 'body altered'],
        ],
        only: 'signature',
      })}
      ${field('Deliveries', 'times', { type: 'number', kind: 'number', hint: 'all' })}
    </div>
    <p class="row">
      <button type="submit">Misdeliver</button> ${action('Release what is held', 'POST /_sandbox/webhooks/release', {}, { quiet: true, done: 'Released.' })}
    </p>
  </form>`
}

/** Rules in force. */
export function misdeliveryRules(world: World): Markup {
  const rows = deliveriesOf(world)
    .rules.all()
    .map((rule) => {
      const { id, kind, hits, created: _created, bunch_second: _second, endpoint, account, types, share: _share, times, seed: _seed, ...rest } = rule
      const scope = [endpoint, account, types?.join(', ')].filter(Boolean).join(' · ') || 'everything'
      const detail = Object.entries(rest)
        .map(([name, value]) => `${name.replaceAll('_', ' ')} ${value === null ? 'all' : String(value)}`)
        .join(', ')
      return html`<tr>
        <th scope="row">${kind}</th>
        <td class="wide">${detail}</td>
        <td>${scope}</td>
        <td>${hits}${times === null ? '' : ` of ${times}`}</td>
        <td class="actions">
          ${action('Remove', `DELETE /_sandbox/webhooks/rules/${id}`, {}, { quiet: true, done: 'Removed.', name: `Remove the ${kind} rule` })}
        </td>
      </tr>`
    })
  return table('Misdelivery rules', ['Kind', 'How', 'For', 'Hit', ''], rows, 'Every webhook is sent once, at once.')
}

/** The latest deliveries with how they ended. */
export function deliveries(world: World): Markup {
  const endpoints = tablesOf(world.store).webhook_endpoint
  const rows = [...deliveriesOf(world).rows.all()]
    .slice(-40)
    .reverse()
    .map((row) => {
      const last = row.attempts.at(-1)
      return html`<tr>
        <td>${time(row.created)}</td>
        <th scope="row">${row.type}</th>
        <td>${copyable(row.event)}</td>
        <td class="wide">${endpoints.get(row.endpoint)?.object.url ?? row.endpoint}</td>
        <td>${state(row.state)}${row.copy ? html` <span class="muted">copy</span>` : ''}</td>
        <td>${last === undefined ? '' : `${last.status ?? last.error ?? ''} · ${last.duration_ms} ms`}</td>
        <td class="right">${row.attempts.length}</td>
        <td class="actions">
          ${action('Again', 'POST /_sandbox/webhooks/redeliver', { event: row.event, endpoint: row.endpoint }, { quiet: true, done: 'Sent again.', name: `Send ${row.type} again` })}
        </td>
      </tr>`
    })
  return table(
    'Latest deliveries',
    ['Created', 'Event', 'Id', 'Endpoint', 'State', 'Last answer', 'Attempts', ''],
    rows,
    'Nothing was delivered yet. Events are sent once a webhook endpoint exists.',
  )
}

/** The form that injects a fault. */
export function faultForm(): Markup {
  return html`<form data-api="POST /_sandbox/faults" data-done="The fault is armed." data-kinds>
    <div class="fields">
      ${field('Path', 'path', { value: '/v1/checkout/sessions', hint: '/v1/** or /shops/north/**' })}
      ${field('Method', 'method', {
        choices: [
          ['', 'any'],
          ['GET', 'GET'],
          ['POST', 'POST'],
          ['PUT', 'PUT'],
        ],
      })}
      ${field('What goes wrong', 'kind', {
        choices: [
          ['timeout_after', 'Executed, never answered'],
          ['timeout_before', 'Never executed, never answered'],
          ['status', 'Answered with an error'],
          ['latency', 'Slow'],
        ],
      })}
      ${field('Status', 'status', {
        choices: [
          ['500', '500'],
          ['503', '503'],
          ['429', '429 rate limited'],
          ['409', '409 key in use'],
        ],
        kind: 'number',
        only: 'status',
      })}
      ${field('Wait (ms)', 'hold_ms', { type: 'number', value: '0', kind: 'number' })}${field('Times', 'times', { type: 'number', value: '1', kind: 'number' })}${field('Let pass first', 'skip', { type: 'number', value: '0', kind: 'number' })}
    </div>
    <p class="row">
      <button type="submit">Inject</button> ${action('Remove all', 'DELETE /_sandbox/faults', {}, { quiet: true, done: 'No faults any more.' })}
    </p>
  </form>`
}

/** Faults in force. */
export function faults(world: World): Markup {
  const rows = faultRulesOf(world)
    .all()
    .map(
      (rule) =>
        html`<tr>
          <th scope="row">${rule.kind.replaceAll('_', ' ')}${rule.status === null ? '' : ` ${rule.status}`}</th>
          <td class="wide">${rule.method ?? 'any'} ${rule.path}</td>
          <td>${rule.hits}${rule.times === null ? '' : ` of ${rule.times}`}</td>
          <td class="actions">
            ${action('Remove', `DELETE /_sandbox/faults/${rule.id}`, {}, { quiet: true, done: 'Removed.', name: `Remove the fault on ${rule.path}` })}
          </td>
        </tr>`,
    )
  return table('Faults', ['Kind', 'Requests', 'Hit', ''], rows, 'Nothing goes wrong.')
}

/** Requests of the Stripe API, and those it does not know. */
export function log(world: World): Markup {
  const unknown = world.log.unknownRequests()
  const rows = world.log
    .recentRequests(40)
    .reverse()
    .map(
      (entry) =>
        html`<tr>
          <td>${time(entry.at)}</td>
          <td>${entry.method}</td>
          <td class="wide">${entry.path}</td>
          <td><span class="state ${entry.status < 400 ? 'good' : 'bad'}">${entry.status}</span> ${entry.code ?? ''}</td>
          <td class="right">${entry.ms} ms</td>
          <td>${copyable(entry.requestId)}</td>
        </tr>`,
    )
  return html`${unknown.length === 0 ? '' : html`<p class="notice"><strong>Asked for but not known here:</strong> ${unknown.map((one) => html`<code>${one.method} ${one.path}</code> ×${one.count} `)}</p>`}
  ${table('Latest requests', ['At', 'Method', 'Path', 'Status', 'Took', 'Request'], rows, 'Nobody called the Stripe API yet.')}`
}
