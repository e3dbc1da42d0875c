import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { evidenceSentence, knownReasons } from './evidence-sentence'
import { trailStates, type TrailFacts } from './trail'

const source = ['explain.ts', 'order-hop.ts', 'store-hop.ts', 'balance-hop.ts'].map((name) => readFileSync(join(import.meta.dirname, name), 'utf8')).join('\n')

describe('the sentence of a hop', () => {
  it('says what agrees, with amounts in the decimals of their currency', () => {
    const proven = evidenceSentence({
      state: 'proven',
      rule: 'attempt',
      evidence: { captured: '5000', order_total: '5000', currency: 'usd', order_revision: 3 },
    })
    expect(proven).toContain('50.00 USD')
    expect(proven).toContain('revision 3')
    expect(
      evidenceSentence({ state: 'inferred', rule: 'attempt', evidence: { reason: 'amount_differs', captured: '5000', order_total: '4999', currency: 'jpy' } }),
    ).toBe('Amounts differ: captured 5,000 JPY, order 4,999 JPY.')
  })

  it('has words for every reason that the rules give', () => {
    const given = new Set(
      [...source.matchAll(/reason: '([a-z_]+)'|weaker\('([a-z_]+)'\)|\? '(session_unknown)' : '(attempt_not_stored)'/g)].flatMap((found) =>
        found.slice(1).filter((text) => text !== undefined),
      ),
    )
    expect(given.size).toBeGreaterThan(9)
    expect([...given].filter((reason) => !knownReasons.includes(reason))).toEqual([])
  })

  it('has words for every rule that the rules name', () => {
    const rules = new Set([...source.matchAll(/rule: '([a-z_]+)'/g)].map((found) => found[1] ?? ''))
    expect(rules.size).toBeGreaterThan(6)
    for (const rule of rules) expect(evidenceSentence({ state: 'missing', rule, evidence: {} })).not.toMatch(/unclassified/i)
  })

  it('names a rule and a reason that it does not know, and calls them unclassified', () => {
    expect(evidenceSentence({ state: 'proven', rule: 'moon_phase', evidence: {} })).toMatch(/Unclassified.*moon_phase/)
    expect(evidenceSentence({ state: 'inferred', rule: 'attempt', evidence: { reason: 'comet' } })).toMatch(/Unclassified.*comet/)
  })
})

describe('the trail', () => {
  const hop = (state: 'proven' | 'missing' | 'not_due', rule: string) => ({ state, rule, evidence: {} })
  const ours: TrailFacts = {
    store_known: true,
    attempt: { session_id: 'cs_1', names_payment: true },
    status: 'succeeded',
    captured: true,
    charged: true,
    hops: {
      order: hop('proven', 'attempt'),
      store: hop('proven', 'store_read_back'),
      balance: hop('proven', 'ledger_adds_up'),
      payout: hop('not_due', 'no_payout_yet'),
    },
  }

  it('is proven up to the payout for a settled payment of ours', () => {
    expect(trailStates(ours)).toEqual(['proven', 'proven', 'proven', 'proven', 'proven', 'proven', 'proven', 'not_due'])
  })

  it('skips what another application never made, and says that its order is missing', () => {
    expect(
      trailStates({
        ...ours,
        store_known: false,
        attempt: null,
        hops: {
          order: hop('missing', 'no_order_known'),
          store: hop('missing', 'no_order_known'),
          balance: hop('proven', 'ledger_adds_up'),
          payout: hop('not_due', 'no_payout_yet'),
        },
      }),
    ).toEqual(['missing', 'missing', 'not_applicable', 'not_applicable', 'missing', 'proven', 'proven', 'not_due'])
  })

  it('shows order and attempt of a payment on its way as known, and the rest as not due', () => {
    const hops = {
      order: hop('not_due', 'attempt'),
      store: hop('not_due', 'not_paid'),
      balance: hop('not_due', 'not_paid'),
      payout: hop('not_due', 'no_payout_yet'),
    }
    expect(trailStates({ ...ours, status: 'processing', captured: false, hops })).toEqual([
      'proven',
      'proven',
      'proven',
      'proven',
      'proven',
      'not_due',
      'not_due',
      'not_due',
    ])
  })

  it('does not call a label a proof', () => {
    expect(trailStates({ ...ours, attempt: { session_id: 'cs_1', names_payment: false } })[4]).toBe('inferred')
  })
})
