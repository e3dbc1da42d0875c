import { describe, expect, it } from 'vitest'
import { publicId } from '@/lib/kernel/public-id'
import { isFiltered, noFilter, readPaymentFilter } from './payment-filter'
import { readSearch } from './search-terms'

const id = '01900000-0000-7000-8000-00000000000a'

describe('what a person typed', () => {
  const by = (text: string) => readSearch(text).map((term) => term.by)

  it.each([
    ['#1043', ['order_number']],
    ['LS-1041', ['order_number']],
    ['1043', ['order_number', 'card', 'amount']],
    ['50.00', ['order_number', 'amount']],
    ['4242 50.00', ['order_number', 'card']],
    ['ann@Example.com', ['email']],
    ['pi_3Qx', ['stripe_id']],
    ['txn_1', ['stripe_id']],
    [publicId('payment', id), ['payment']],
    [publicId('attempt', id), ['attempt']],
    ['   ', []],
  ])('reads %j as %j', (text, kinds) => expect(by(text)).toEqual(kinds))

  it('reads an amount for each number of decimals that it fits, without rounding', () => {
    expect(readSearch('1,234.5 eur').find((term) => term.by === 'amount')).toEqual({
      by: 'amount',
      amount: { minor: { 2: 123_450n, 3: 1_234_500n }, currency: 'eur' },
    })
    expect(readSearch('1200').find((term) => term.by === 'amount')).toMatchObject({ amount: { minor: { 0: 1_200n, 2: 120_000n, 3: 1_200_000n } } })
    expect(readSearch('1.2345').map((term) => term.by)).toEqual(['order_number'])
  })

  it('writes order numbers in lower case, with and without their sign', () => {
    expect(readSearch('#LS-1041')).toEqual([{ by: 'order_number', numbers: ['ls-1041', '#ls-1041'] }])
  })
})

describe('the filter of an address', () => {
  it('takes what it knows and leaves out what it does not', () => {
    const filter = readPaymentFilter(
      new URLSearchParams(
        `status=refunded&status=nonsense&store=${publicId('store', id)}&store=x&currency=usd&currency=US&created_from=2026-02-30&created_to=2026-11-21&fee=pending`,
      ),
    )
    expect(filter).toMatchObject({
      statuses: ['refunded'],
      stores: [id],
      currencies: ['usd'],
      created: { from: null, to: '2026-11-21' },
      fees: ['pending'],
      search: null,
    })
    expect(isFiltered(filter)).toBe(true)
    expect(isFiltered(noFilter)).toBe(false)
  })
})
