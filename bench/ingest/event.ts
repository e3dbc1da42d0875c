import { createHash, createHmac } from 'node:crypto'

export const secret = 'whsec_bench'
export const account = 'acct_bench'
export const endpoint = 'whe_bench'
/** Bytes of an event as JSON without spaces. */
export const eventBytes = 3_500

const charge = {
  id: 'ch_3QbenchXXXXXXXXXXXXXXXX',
  object: 'charge',
  amount: 129_90,
  amount_captured: 129_90,
  amount_refunded: 0,
  application: null,
  application_fee: null,
  application_fee_amount: null,
  balance_transaction: 'txn_3Qbench0000000000000000',
  billing_details: {
    address: { city: 'Rotterdam', country: 'NL', line1: 'Wilhelminakade 901', line2: null, postal_code: '3072 AR', state: null },
    email: 'someone@example.com',
    name: 'Someone Example',
    phone: null,
    tax_id: null,
  },
  calculated_statement_descriptor: 'LAMP SHOP',
  captured: true,
  created: 1_795_000_000,
  currency: 'eur',
  customer: 'cus_bench00000000',
  description: 'Order LS-1041',
  destination: null,
  dispute: null,
  disputed: false,
  failure_balance_transaction: null,
  failure_code: null,
  failure_message: null,
  fraud_details: {},
  invoice: null,
  livemode: false,
  metadata: { mb_order: 'ord_01a1f0c8e2d97c3f9b6a5d4e3f2a1b0c', mb_store: 'sto_01a1f0c8e2d97c3f9b6a5d4e3f2a1b0d', mb_env: 'bench' },
  on_behalf_of: null,
  order: null,
  outcome: {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: 'approved_by_network',
    reason: null,
    risk_level: 'normal',
    risk_score: 12,
    seller_message: 'Payment complete.',
    type: 'authorized',
  },
  paid: true,
  payment_intent: 'pi_3QbenchXXXXXXXXXXXXXXXX',
  payment_method: 'pm_1QbenchXXXXXXXXXXXXXXXX',
  payment_method_details: {
    card: {
      amount_authorized: 129_90,
      authorization_code: '012345',
      brand: 'visa',
      checks: { address_line1_check: 'pass', address_postal_code_check: 'pass', cvc_check: 'pass' },
      country: 'NL',
      exp_month: 8,
      exp_year: 2029,
      extended_authorization: { status: 'disabled' },
      fingerprint: 'bXfIbEnChFiNgEr0',
      funding: 'credit',
      incremental_authorization: { status: 'unavailable' },
      installments: null,
      last4: '4242',
      mandate: null,
      multicapture: { status: 'unavailable' },
      network: 'visa',
      network_token: { used: false },
      network_transaction_id: '104102978678771',
      overcapture: { maximum_amount_capturable: 129_90, status: 'unavailable' },
      regulated_status: 'unregulated',
      three_d_secure: {
        authentication_flow: 'frictionless',
        electronic_commerce_indicator: '05',
        result: 'authenticated',
        result_reason: null,
        version: '2.2.0',
      },
      wallet: null,
    },
    type: 'card',
  },
  presentment_details: null,
  radar_options: {},
  receipt_email: 'someone@example.com',
  receipt_number: null,
  receipt_url: 'https://pay.stripe.com/receipts/payment/CAcaFwoVYWNjdF8xUWJlbmNoAAAAAAAAAAAooLq8yAYyBkJlbmNoMToWbench',
  refunded: false,
  review: null,
  shipping: null,
  source: null,
  source_transfer: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  status: 'succeeded',
  transfer_data: null,
  transfer_group: null,
}

export type SignedEvent = { body: Buffer; signature: string }

/**
 * Signed charge.succeeded events of 3,500 bytes with ids and charges of their own. The prefix keeps rounds apart;
 * signatures are of now and hold for five minutes.
 */
export function signedEvents(count: number, prefix: string): SignedEvent[] {
  const timestamp = Math.floor(Date.now() / 1000)
  const text = (id: string, filler: string): string =>
    JSON.stringify({
      id: `evt_${id}`,
      object: 'event',
      api_version: '2026-10-28.endive',
      created: 1_795_000_000,
      data: { object: { ...charge, id: `ch_${id}`, metadata: { ...charge.metadata, filler } } },
      livemode: false,
      pending_webhooks: 1,
      request: { id: 'req_bench', idempotency_key: 'bench' },
      type: 'charge.succeeded',
    })
  const idOf = (at: number): string => `${prefix}${String(at).padStart(10, '0')}`
  // Nothing that a compressor would find easy.
  const noise = Array.from({ length: 40 }, (_, at) => createHash('sha256').update(`noise ${at}`).digest('base64')).join('')
  const filler = noise.slice(0, Math.max(0, eventBytes - Buffer.byteLength(text(idOf(0), ''))))
  // One template, cut where the id stands: building a text of 3.5 kB for each would keep the load generator busy.
  const parts = text('@@@@', filler).split('@@@@')
  return Array.from({ length: count }, (_, at) => {
    const body = Buffer.from(parts.join(idOf(at)))
    return { body, signature: `t=${timestamp},v1=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}` }
  })
}
