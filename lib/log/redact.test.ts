import { expect, it } from 'vitest'
import { redact } from './redact'

it('lets no secret through, whatever field or text carries it', () => {
  const canaries = [
    'sk_live_51Habcdefghijkl',
    'rk_test_9f8e7d6c5b4a',
    'whsec_abcdEFGH1234',
    'ck_0123456789abcdef0123456789abcdef01234567',
    'cs_test_a1B2c3_secret_fid123',
    'jane.doe@example.com',
    '4242 4242 4242 4242',
    '4000002760003184',
    'mbk_acme_live_AbCdEfGhIjKlMnOpQrStUv',
  ]
  const entry = {
    text: canaries.join(' | '),
    nested: { list: canaries, error: new Error(canaries.join(' ')) },
    url: 'postgresql://app:hunter2@127.0.0.1:5432/x',
    authorization: 'Bearer abc.def',
    password: 'hunter2',
  }
  const out = JSON.stringify(redact(entry))
  for (const canary of [...canaries, 'hunter2', 'abc.def']) expect(out).not.toContain(canary)
})

it('keeps what an operator needs: ids of objects, amounts, times', () => {
  const entry = { payment_intent: 'pi_3Qabc', amount: 123450n, event: 'evt_1Nabc', at: '2026-11-21T10:00:00.000Z' }
  expect(redact(entry)).toEqual({ ...entry, amount: '123450' })
})
