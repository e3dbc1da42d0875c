import { expect, it } from 'vitest'
import { idIn, isChargeId, isRefundId, stripeIdKind } from './ids'

it('tells the object from how an id begins, cards and other methods alike', () => {
  const kinds = ['pi_3Q', 'ch_3Q', 'py_3Q', 're_3Q', 'pyr_1', 'dp_1', 'du_1', 'cs_test_a1', 'txn_1', 'po_1', 'evt_1', 'acct_1', 'we_1'].map(stripeIdKind)
  expect(kinds).toEqual([
    'payment_intent',
    'charge',
    'charge',
    'refund',
    'refund',
    'dispute',
    'dispute',
    'checkout_session',
    'balance_transaction',
    'payout',
    'event',
    'account',
    'webhook_endpoint',
  ])
  expect(isChargeId('pyr_1')).toBe(false)
  expect(isRefundId('pyr_1')).toBe(true)
})

it('knows nothing about anything else', () => {
  for (const other of ['', 'pi', 'pi_', 'cus_1', 'pi_1/../refunds', 'pi_1?expand=x', 'PI_1', null, 7, {}]) expect(stripeIdKind(other)).toBeNull()
})

it('reads the id of a field, expanded or not', () => {
  expect([idIn('ch_1'), idIn({ id: 'ch_1', object: 'charge' }), idIn(null), idIn(undefined), idIn({})]).toEqual(['ch_1', 'ch_1', null, null, null])
})
