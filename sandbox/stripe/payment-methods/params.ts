import { address, clearable, ignored, integer, needed, oneOf, shape, text, type Leaf, type Read } from '../protocol/params'

const methodSpec = {
  type: needed(oneOf(['card', 'us_bank_account', 'sepa_debit'])),
  card: shape({ number: needed(text(30)), exp_month: needed(integer()), exp_year: needed(integer()), cvc: text(10), networks: ignored }),
  us_bank_account: shape({
    routing_number: needed(text(20)),
    account_number: needed(text(20)),
    account_holder_type: oneOf(['company', 'individual']),
    account_type: ignored,
  }),
  sepa_debit: shape({ iban: needed(text(50)) }),
  billing_details: shape({ address: clearable(address), email: clearable(text()), name: clearable(text()), phone: clearable(text()), tax_id: ignored }),
  allow_redisplay: ignored,
  metadata: ignored,
}

/** payment_method_data as a browser sends it. */
export type MethodData = Read<typeof methodSpec>
export const methodData: Leaf<MethodData> = shape(methodSpec)
export { methodSpec }
