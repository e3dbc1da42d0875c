import { expect, it } from 'vitest'
import { dotsText } from './trail-dots'

it('says a row of dots in words, in the order of the stations', () => {
  expect(dotsText(['proven', 'proven', 'inferred', 'proven', 'proven', 'missing', 'not_due', 'not_due'])).toBe(
    'Proven: store, order. Inferred: attempt. Proven: session, payment. Missing: charge. Not due yet: balance, payout.',
  )
})
