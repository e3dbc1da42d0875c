/** How a card is declined (docs.stripe.com/declines/codes, docs.stripe.com/testing). */
export interface Decline {
  readonly code: string
  readonly decline_code: string
  readonly message: string
  readonly advice_code: string | null
  /** Blocked by Radar before it reached the bank. */
  readonly blocked?: boolean
}

function decline(code: string, decline_code: string, message: string, advice_code: string | null = null): Decline {
  return { code, decline_code, message, advice_code }
}

const DECLINED = 'Your card was declined.'

export const DECLINES = {
  generic: decline('card_declined', 'generic_decline', DECLINED, 'try_again_later'),
  insufficient_funds: decline('card_declined', 'insufficient_funds', 'Your card has insufficient funds.', 'try_again_later'),
  lost_card: decline('card_declined', 'lost_card', DECLINED, 'do_not_try_again'),
  stolen_card: decline('card_declined', 'stolen_card', DECLINED, 'do_not_try_again'),
  expired_card: decline('expired_card', 'expired_card', 'Your card has expired.', 'do_not_try_again'),
  incorrect_cvc: decline('incorrect_cvc', 'incorrect_cvc', "Your card's security code is incorrect.", 'try_again_later'),
  processing_error: decline(
    'processing_error',
    'processing_error',
    'An error occurred while processing your card. Try again in a little bit.',
    'try_again_later',
  ),
  velocity: decline(
    'card_declined',
    'card_velocity_exceeded',
    'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
  ),
  fraudulent: { ...decline('card_declined', 'fraudulent', DECLINED, 'do_not_try_again'), blocked: true },
  authentication_required: decline(
    'authentication_required',
    'authentication_required',
    'Your card was declined. This transaction requires authentication.',
    'try_again_later',
  ),
  not_a_test_card: decline(
    'card_declined',
    'test_mode_live_card',
    'Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, visit: https://stripe.com/docs/testing.',
  ),
} as const satisfies Record<string, Decline>
