import { ibanBehaviour, usAccountBehaviour, type DebitBehaviour } from './banks'
import { cardBehaviour, type CardBehaviour } from './cards'

/** How payments with a method go, looked up by what a row stores: `card:4242...`, `us_bank_account:...`, `sepa_debit:...`. */
export type Behaviour =
  { readonly type: 'card'; readonly card: CardBehaviour } | { readonly type: 'us_bank_account' | 'sepa_debit'; readonly debit: DebitBehaviour }

const SUCCEEDS: DebitBehaviour = { outcome: 'succeeds', min_seconds: 0, failure_code: null, failure_message: null }

export function behaviourOf(stored: string): Behaviour {
  const [type = '', number = ''] = stored.split(':', 2)
  if (type === 'us_bank_account') return { type, debit: usAccountBehaviour(number) ?? SUCCEEDS }
  if (type === 'sepa_debit') return { type, debit: ibanBehaviour(number) ?? SUCCEEDS }
  return { type: 'card', card: cardBehaviour(number) }
}
