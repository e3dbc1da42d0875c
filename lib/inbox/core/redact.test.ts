import { describe, expect, it } from 'vitest'
import { hidden, redactEvent } from './redact'

const told = {
  id: 'evt_1QabcdEFGH',
  object: 'event',
  type: 'checkout.session.completed',
  created: 1_763_700_000,
  livemode: true,
  account: 'acct_1NordlichtLive',
  data: {
    object: {
      id: 'cs_live_a1B2c3',
      object: 'checkout.session',
      amount_total: 5000,
      currency: 'eur',
      status: 'complete',
      payment_status: 'paid',
      payment_intent: 'pi_3QaaBBccDD',
      client_secret: 'cs_live_a1B2c3_secret_fidwbEhqYWAnPydmcHZxamg',
      client_reference_id: 'att_019aa0000000700080000000000000a1',
      url: null,
      customer_details: {
        email: 'marta@lindqvist.example',
        name: 'Marta Lindqvist',
        phone: '+46 70 123 45 67',
        address: { city: 'Uppsala', country: 'SE', line1: 'Kungsgatan 12', line2: null, postal_code: '753 21', state: 'C' },
        tax_ids: [{ type: 'eu_vat', value: 'SE556012579001' }],
      },
      custom_fields: [{ key: 'engraving', type: 'text', text: { value: 'For Elsa' } }],
      metadata: { mb_tenant: 'tn_019a', mb_order: 'ord_019b', buyer: 'elsa.holm@mail.example', note: 'IBAN DE89370400440532013000', bike: 'red' },
      shipping_details: { address: { line1: 'Storgatan 1', country: 'SE' }, name: 'Elsa Holm', carrier: 'PostNord' },
    },
    previous_attributes: { receipt_email: 'old@lindqvist.example', status: 'open' },
  },
}

describe('the JSON of an event as people may see it', () => {
  const shown = redactEvent(told)
  const text = JSON.stringify(shown)

  it.each([
    ['a client secret', 'fidwbEhq'],
    ['an e-mail address', 'marta@'],
    ['a former e-mail address', 'old@'],
    ['a name', 'Lindqvist'],
    ['a phone number', '123 45'],
    ['a street', 'Kungsgatan'],
    ['a town', 'Uppsala'],
    ['a postal code', '753 21'],
    ['a tax number', '556012'],
    ['a receiver', 'Elsa'],
    ['what a customer typed', 'For Elsa'],
    ['an address in a label of another application', 'elsa.holm'],
    ['a bank account in a label', '3704'],
  ])('hides %s', (_what, piece) => {
    expect(JSON.stringify(told)).toContain(piece)
    expect(text).not.toContain(piece)
  })

  it('keeps ids, amounts, states, countries and labels that say nothing of a person', () => {
    expect(shown).toMatchObject({
      id: 'evt_1QabcdEFGH',
      type: 'checkout.session.completed',
      account: 'acct_1NordlichtLive',
      livemode: true,
      data: {
        object: {
          id: 'cs_live_a1B2c3',
          amount_total: 5000,
          status: 'complete',
          payment_intent: 'pi_3QaaBBccDD',
          client_reference_id: 'att_019aa0000000700080000000000000a1',
          client_secret: hidden,
          url: null,
          customer_details: { address: { country: 'SE', city: hidden, line2: null } },
          metadata: { mb_tenant: 'tn_019a', mb_order: 'ord_019b', bike: 'red' },
        },
        previous_attributes: { status: 'open' },
      },
    })
  })

  it('keeps what tells one card or account from another, and hides what names it', () => {
    const methods = {
      card: { brand: 'visa', last4: '4242', fingerprint: 'Xt5EWLLDS7FJjR1c', country: 'DE', exp_month: 12, network: 'visa' },
      sepa_debit: { last4: '3000', bank_code: '37040044', branch_code: '', fingerprint: 'CY8ujUyAWoI0gS4Q', country: 'DE', mandate: 'mandate_1Q' },
      us_bank_account: { bank_name: 'STRIPE TEST BANK', routing_number: '110000000', last4: '6789', account_holder_type: 'individual' },
      paypal: { payer_email: 'a@b.example', payer_id: 'HDBPB2ZC', payer_name: 'A B' },
      amount: 1299,
    }
    expect(redactEvent(methods)).toEqual({
      card: { brand: 'visa', last4: '4242', fingerprint: hidden, country: 'DE', exp_month: 12, network: 'visa' },
      sepa_debit: { last4: '3000', bank_code: hidden, branch_code: hidden, fingerprint: hidden, country: 'DE', mandate: 'mandate_1Q' },
      us_bank_account: { bank_name: hidden, routing_number: hidden, last4: '6789', account_holder_type: 'individual' },
      paypal: { payer_email: hidden, payer_id: hidden, payer_name: hidden },
      amount: 1299,
    })
  })

  it('hides the evidence of a dispute, and keeps when it is due', () => {
    const dispute = {
      id: 'dp_1Q',
      status: 'needs_response',
      evidence: { customer_name: 'Jo', uncategorized_text: 'They live at 5 Elm', receipt: 'file_1Q' },
      evidence_details: { due_by: 1_764_000_000, has_evidence: false, submission_count: 0 },
    }
    const seen = redactEvent(dispute)
    expect(seen).toMatchObject({ id: 'dp_1Q', status: 'needs_response', evidence_details: { due_by: 1_764_000_000, has_evidence: false } })
    expect(JSON.stringify(seen)).not.toMatch(/Jo"|Elm/)
  })

  it('hides keys, secrets and card numbers by what they look like, wherever they stand', () => {
    expect(redactEvent(['sk_live_abc123', 'whsec_abc', 'pi_1_secret_abc', 'card 4242 4242 4242 4242', 'order 4242 4242 4242 4241'])).toEqual([
      hidden,
      hidden,
      hidden,
      hidden,
      'order 4242 4242 4242 4241',
    ])
    // An id may hold many digits and is still an id.
    expect(redactEvent({ id: 'ch_4242424242424242' })).toEqual({ id: 'ch_4242424242424242' })
  })

  it('leaves what is no object as it is', () => {
    for (const value of [null, true, 12, 'succeeded']) expect(redactEvent(value)).toBe(value)
  })
})
