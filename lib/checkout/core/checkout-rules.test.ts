import { describe, expect, it } from 'vitest'
import { refusalOf, type OrderToCharge } from './order-to-charge'
import { readPayToken, writePayToken } from './pay-token'
import { askAgainAfterMs, payOutcome } from './pay-outcome'
import { generationToEnd, isUnderWay, keyTrustedMs, mayStillArrive, resumeWith, settledAfterMs, underWayMs, type SentRequest } from './resume'
import { judgeReturnUrl } from './return-url'
import { sessionParams } from './session-params'
import type { AttemptState } from './attempt-state'

const id = '01900000-0000-7000-8000-000000000001'
const at = new Date('2026-11-21T10:00:00Z')
const order = (more: Partial<OrderToCharge> = {}): OrderToCharge => ({
  id,
  external_id: '7',
  display_number: '#7',
  status: 'pending',
  currency: 'usd',
  total: 1900n,
  total_text: '19.00',
  problem: null,
  customer_email: null,
  paid_at: null,
  deleted_at: null,
  payment_state: 'unpaid',
  revision: 1,
  lines: [{ kind: 'item', name: 'Cup', quantity: '2', total: 1900n }],
  ...more,
})

describe('an order is refused', () => {
  it.each([
    ['order_deleted', { deleted_at: at }],
    ['order_processing', { payment_state: 'processing' }],
    ['order_paid', { paid_at: at }],
    ['order_paid', { payment_state: 'partly_refunded' }],
    ['order_paid', { status: 'completed' }],
    ['order_cancelled', { status: 'Cancelled' }],
    ['order_unreadable', { total: null, total_text: '10.005', problem: 'too_many_decimals' }],
    ['order_unreadable', { problem: 'too_many_decimals' }],
    ['nothing_to_pay', { total: 0n }],
    ['nothing_to_pay', { total: -5n }],
    ['amount_not_chargeable', { total: 100_000_000n }],
    ['amount_not_chargeable', { currency: 'kwd', total: 10_005n }],
    ['amount_not_chargeable', { currency: 'isk', total: 50_050n }],
  ] as const)('%s for %o', (code, more) => expect(refusalOf(order(more))?.code).toBe(code))

  it('and says the figure that could not be taken', () =>
    expect(refusalOf(order({ total: null, total_text: '10.005', problem: 'too_many_decimals' }))?.message).toContain('10.005 USD'))
  it('never for an open one', () =>
    expect([order(), order({ status: 'on-hold' }), order({ payment_state: 'refunded' }), order({ currency: 'kwd', total: 10_010n })].map(refusalOf)).toEqual([
      null,
      null,
      null,
      null,
    ]))
})

describe('what is asked of Stripe', () => {
  const asked = (more: Partial<OrderToCharge>, amount = more.total ?? 1900n) =>
    sessionParams({
      attempt: { tenant_id: id, id, store_id: id, order_id: id, amount, currency: more.currency ?? 'usd' },
      order: order(more),
      store_name: 'North',
      env: 'sandbox',
      return_url: 'https://m.example/pay/x/return',
    })
  const items = (more: Partial<OrderToCharge>) =>
    asked(more).line_items?.map((item) => [item.price_data?.product_data?.name, item.price_data?.unit_amount, item.quantity])

  it('names us on the session and on the payment, and switches off what would change the total', () => {
    const hex = id.replaceAll('-', '')
    const metadata = { mb_tenant: `tn_${hex}`, mb_store: `sto_${hex}`, mb_order: `ord_${hex}`, mb_attempt: `att_${hex}`, mb_env: 'sandbox' }
    expect(asked({})).toMatchObject({
      ui_mode: 'elements',
      mode: 'payment',
      client_reference_id: `att_${hex}`,
      metadata,
      payment_intent_data: { metadata, description: 'North: order #7' },
      adaptive_pricing: { enabled: false },
      allow_promotion_codes: false,
      automatic_tax: { enabled: false },
      return_url: 'https://m.example/pay/x/return',
    })
    expect(asked({})).not.toHaveProperty('shipping_options')
  })

  it('gives the lines when they are exactly the total', () => {
    expect(items({})).toEqual([['Cup', 950, 2]])
    expect(
      items({
        lines: [
          { kind: 'item', name: 'Cup', quantity: '3', total: 1000n },
          { kind: 'shipping', name: ' ', quantity: '1', total: 900n },
        ],
      }),
    ).toEqual([
      ['Cup × 3', 1000, 1],
      ['Item', 900, 1],
    ])
    expect(items({ lines: [{ kind: 'item', name: 'Cloth', quantity: '1.5', total: 1900n }] })).toEqual([['Cloth × 1.5', 1900, 1]])
  })

  it.each([
    ['do not add up', [{ kind: 'item', name: 'Cup', quantity: '2', total: 1899n }]],
    [
      'have a discount',
      [
        { kind: 'item', name: 'Cup', quantity: '2', total: 2000n },
        { kind: 'discount', name: 'Ten', quantity: '1', total: -100n },
      ],
    ],
    [
      'could not be read',
      [
        { kind: 'item', name: 'Cup', quantity: '2', total: null },
        { kind: 'item', name: 'Pot', quantity: '1', total: 1900n },
      ],
    ],
    ['are more than a hundred', Array.from({ length: 101 }, (_, index) => ({ kind: 'item', name: 'Cup', quantity: '1', total: index === 0 ? 1900n : 0n }))],
    ['are none', []],
  ])('one line with the number when they %s', (_, lines) => expect(items({ lines })).toEqual([['Order #7', 1900, 1]]))

  it('one line when a price is no multiple of what the currency allows', () => {
    expect(
      items({
        currency: 'kwd',
        total: 10_010n,
        lines: [
          { kind: 'item', name: 'A', quantity: '1', total: 5_005n },
          { kind: 'item', name: 'B', quantity: '1', total: 5_005n },
        ],
      }),
    ).toEqual([['Order #7', 10_010, 1]])
  })

  it('sends an address only when it is one', () => {
    expect(asked({ customer_email: 'a@b.example' }).customer_email).toBe('a@b.example')
    for (const customer_email of ['', 'nobody', 'a b@c.de', null]) expect(asked({ customer_email })).not.toHaveProperty('customer_email')
  })
})

it('goes on with an unanswered create under the same key, and looks before it takes another', () => {
  const now = at
  const sent = (ago: number, more: Partial<SentRequest> = {}): SentRequest => ({
    state: 'sent',
    http_status: null,
    params_hash: 'h',
    sent_at: new Date(now.getTime() - ago),
    ...more,
  })
  expect(resumeWith(null, 'h', now)).toBe('send')
  expect(resumeWith(sent(keyTrustedMs - 1), 'h', now)).toBe('send')
  expect(resumeWith(sent(keyTrustedMs), 'h', now)).toBe('look_up')
  expect(resumeWith(sent(1, { state: 'unanswered' }), 'h', now)).toBe('send')
  expect(resumeWith(sent(1, { state: 'unanswered', http_status: 500 }), 'h', now)).toBe('look_up')
  expect(resumeWith(sent(1), 'other', now)).toBe('look_up')
  expect([isUnderWay(sent(underWayMs - 1), now), isUnderWay(sent(underWayMs), now), isUnderWay(sent(1, { state: 'unanswered' }), now)]).toEqual([
    true,
    false,
    false,
  ])
  expect([
    mayStillArrive(sent(settledAfterMs - 1), now),
    mayStillArrive(sent(settledAfterMs), now),
    mayStillArrive(sent(1, { state: 'unanswered', http_status: 500 }), now),
  ]).toEqual([true, false, false])
})

it('the end of a session is asked for under one key by all that ask at once, and under the next after an answer that Stripe may keep', () => {
  const last = (state: string, http_status: number | null = null) => generationToEnd({ state, http_status, generation: 3 }, 2)
  expect(generationToEnd(null, 2)).toBe(2)
  expect([last('sent'), last('unanswered'), last('unanswered', 429), last('unanswered', 409)]).toEqual([3, 3, 3, 3])
  expect([last('unanswered', 500), last('unanswered', 503), last('refused', 400), last('answered', 200), last('answered')]).toEqual([4, 4, 4, 4, 4])
})

it('reads only its own pay tokens', () => {
  const parts = { tenant_id: id, mode: 'live' as const, attempt_id: id, secret: 'AAAAAAAAAAAAAAAAAAAAAA' }
  const token = writePayToken(parts)
  expect(readPayToken(token)).toEqual(parts)
  expect(encodeURIComponent(token)).toBe(token)
  for (const other of ['', token.slice(1), `${token}A`, token.replace('_live_', '_prod_'), `${token.slice(0, -1)}B`, token.toUpperCase(), `${token}\n`])
    expect(readPayToken(other)).toBeNull()
})

it('returns only to hosts of the store', () => {
  const hosts = ['shop.example', 'LOCAL.example:8443', '127.0.0.1']
  const why = (url: string) => {
    const verdict = judgeReturnUrl(url, hosts)
    return verdict.ok ? verdict.url : verdict.why
  }
  expect(['https://shop.example/thanks?x=1', 'https://SHOP.example:444/', 'https://local.example:8443/', 'http://127.0.0.1:4010/x'].map(why)).toEqual([
    'https://shop.example/thanks?x=1',
    'https://shop.example:444/',
    'https://local.example:8443/',
    'http://127.0.0.1:4010/x',
  ])
  expect(
    [
      'http://shop.example/',
      'javascript:alert(1)',
      '/thanks',
      'https://shop.example@evil.example/',
      'https://evil.example/shop.example',
      'https://shop.example.evil.example/',
    ].map(why),
  ).toEqual(['not_https', 'not_https', 'malformed', 'malformed', 'other_host', 'other_host'])
})

it('tells a payer the truth of the stored rows', () => {
  const outcome = (state: AttemptState, more: Partial<{ paid_at: Date; payment_state: string; deleted_at: Date }> = {}) =>
    payOutcome({ state }, { paid_at: null, payment_state: 'unpaid', deleted_at: null, ...more })
  expect((['creating', 'open', 'processing', 'expired', 'canceled', 'failed', 'paid'] as const).map((state) => outcome(state))).toEqual([
    'preparing',
    'open',
    'processing',
    'expired',
    'expired',
    'failed',
    'paid',
  ])
  expect((['open', 'expired', 'failed', 'paid'] as const).map((state) => outcome(state, { paid_at: at }))).toEqual([
    'already_paid',
    'already_paid',
    'already_paid',
    'paid',
  ])
  expect(outcome('open', { deleted_at: at })).toBe('expired')
  expect([askAgainAfterMs('open'), askAgainAfterMs('paid')]).toEqual([3_000, null])
})
