import type { Tone } from '@/components/ui/tone'

/** How a state is shown: its name, its meaning's colour, and a sentence on what it means and what happens next. */
export type Word = { label: string; tone: Tone; sentence: string }

type Words<Key extends string> = Readonly<Record<Key, Word>>

/** What Stripe says of a payment, and what became of it since. */
export const paymentWords = {
  requires_payment_method: {
    label: 'Not paid',
    tone: 'plain',
    sentence: 'The customer has not paid yet, or the last try was declined. They can still try again on the same link.',
  },
  requires_confirmation: {
    label: 'Not confirmed',
    tone: 'plain',
    sentence: 'A way to pay was given but not confirmed. No money moved. It goes on when the customer confirms.',
  },
  requires_action: {
    label: 'Customer must act',
    tone: 'waiting',
    sentence: 'The bank asks the customer to approve, for instance with 3-D Secure. No money moved until they do.',
  },
  processing: {
    label: 'On its way',
    tone: 'waiting',
    sentence: 'A delayed method such as a bank debit is under way. Do not ship yet: it succeeds or fails within days.',
  },
  requires_capture: {
    label: 'Authorised',
    tone: 'waiting',
    sentence: 'The amount is held on the card but not taken. It must be captured before the authorisation expires.',
  },
  succeeded: {
    label: 'Paid',
    tone: 'good',
    sentence: 'Stripe took the money. It becomes available in the balance and then leaves with a payout.',
  },
  partly_refunded: {
    label: 'Partly refunded',
    tone: 'plain',
    sentence: 'Part of the money was given back. The rest stays paid.',
  },
  refunded: {
    label: 'Refunded',
    tone: 'plain',
    sentence: 'All of the money was given back. Nothing more happens unless a refund fails.',
  },
  disputed: {
    label: 'Disputed',
    tone: 'bad',
    sentence: 'The customer’s bank took the money back for now. Answer with evidence before the due time, or it is lost.',
  },
  failed: {
    label: 'Failed',
    tone: 'bad',
    sentence: 'The payment did not go through and no money stays moved. The order is still to be paid.',
  },
  canceled: {
    label: 'Canceled',
    tone: 'plain',
    sentence: 'The payment was called off before money was taken. It cannot be continued.',
  },
  unknown: {
    label: 'Being read',
    tone: 'waiting',
    sentence: 'Something mentioned this payment before Stripe told us about it. We are reading it from Stripe now.',
  },
} as const satisfies Words<string>

/** How far a payment is explained. */
export const matchWords = {
  unmatched: {
    label: 'Unmatched',
    tone: 'attention',
    sentence: 'No order is known for this money. Link it to an order, or leave it if it came from another application.',
  },
  linked: {
    label: 'Linked',
    tone: 'waiting',
    sentence: 'The order is proven. Next the store is told, and read back to see that it agrees.',
  },
  confirmed: {
    label: 'Confirmed',
    tone: 'good',
    sentence: 'The store was read back and says the same amount is paid. Next the balance transaction brings the fee.',
  },
  settled: {
    label: 'Settled',
    tone: 'good',
    sentence: 'Its balance transactions add up, the fee is known. Next it leaves with a payout.',
  },
  paid_out: {
    label: 'Paid out',
    tone: 'good',
    sentence: 'It left with a payout whose rows add up. Next the bank statement confirms the arrival.',
  },
  reconciled: {
    label: 'Reconciled',
    tone: 'good',
    sentence: 'Every step that is due is proven and nothing is open. Nothing is left to do.',
  },
} as const satisfies Words<string>

/** How well one step of the trail is known. */
export const hopWords = {
  proven: { label: 'Proven', tone: 'good', sentence: 'The evidence is stored and can be computed again from stored rows.' },
  inferred: {
    label: 'Inferred',
    tone: 'attention',
    sentence: 'Likely, but its evidence is not complete. It turns proven when the missing piece arrives.',
  },
  missing: { label: 'Missing', tone: 'bad', sentence: 'This should be known by now and is not. It needs a look.' },
  not_due: { label: 'Not due yet', tone: 'plain', sentence: 'This comes later. Nothing is wrong.' },
  not_applicable: { label: 'Does not apply', tone: 'plain', sentence: 'This payment has no such step.' },
} as const satisfies Words<string>

/** Whether the fee of a payment is known. It is never shown as 0 when it is not. */
export const feeWords = {
  pending: {
    label: 'Pending',
    tone: 'waiting',
    sentence: 'Stripe has not told the fee yet. It comes with the balance transaction, usually within minutes.',
  },
  known: { label: 'Known', tone: 'plain', sentence: 'The fee is taken from the balance transaction.' },
  not_applicable: { label: 'None', tone: 'plain', sentence: 'No money was taken, so there is no fee.' },
} as const satisfies Words<string>

/** Our intent to collect the money of one order. */
export const attemptWords = {
  creating: { label: 'Being made', tone: 'waiting', sentence: 'It is stored here and Stripe is being asked for a session.' },
  open: {
    label: 'Open',
    tone: 'waiting',
    sentence: 'The customer can pay. It ends when they do, or when Stripe says that the session expired.',
  },
  processing: {
    label: 'On its way',
    tone: 'waiting',
    sentence: 'The customer paid with a delayed method. A second checkout is refused until the outcome is known.',
  },
  paid: { label: 'Paid', tone: 'good', sentence: 'Stripe says that the session is complete and paid.' },
  failed: { label: 'Failed', tone: 'bad', sentence: 'A delayed payment failed. The order can be paid with a new checkout.' },
  expired: {
    label: 'Expired',
    tone: 'plain',
    sentence: 'Stripe closed the session unpaid. The order can be paid with a new checkout.',
  },
  canceled: { label: 'Canceled', tone: 'plain', sentence: 'It was replaced or called off before it was paid.' },
} as const satisfies Words<string>

/** What an order has received, by our own account. */
export const orderWords = {
  unpaid: { label: 'Unpaid', tone: 'plain', sentence: 'No payment is linked to this order.' },
  processing: {
    label: 'On its way',
    tone: 'waiting',
    sentence: 'A delayed payment is under way. Do not ship until it is paid.',
  },
  paid: { label: 'Paid', tone: 'good', sentence: 'Payments equal to the order’s total are linked to it.' },
  underpaid: {
    label: 'Underpaid',
    tone: 'attention',
    sentence: 'Less than the order’s total was paid. Ask for the rest, or correct the order.',
  },
  overpaid: {
    label: 'Overpaid',
    tone: 'attention',
    sentence: 'More than the order’s total was paid, perhaps twice. Check the payments and refund what is too much.',
  },
  partly_refunded: { label: 'Partly refunded', tone: 'plain', sentence: 'The order was paid and part of it was given back.' },
  refunded: { label: 'Refunded', tone: 'plain', sentence: 'The order was paid and all of it was given back.' },
  disputed: {
    label: 'Disputed',
    tone: 'bad',
    sentence: 'The customer’s bank took a payment of this order back for now. The dispute decides where it stays.',
  },
} as const satisfies Words<string>

/** One try to charge a payment. */
export const chargeWords = {
  succeeded: { label: 'Succeeded', tone: 'good', sentence: 'The bank approved this try.' },
  pending: { label: 'Pending', tone: 'waiting', sentence: 'The bank has not answered for good yet.' },
  failed: { label: 'Declined', tone: 'bad', sentence: 'The bank or Stripe refused this try. No money moved.' },
} as const satisfies Words<string>

/** What became of a refund. */
export const refundWords = {
  pending: { label: 'Pending', tone: 'waiting', sentence: 'Stripe is sending the money back. It can still fail.' },
  requires_action: {
    label: 'Customer must act',
    tone: 'waiting',
    sentence: 'The customer must give details before the refund can be sent.',
  },
  succeeded: {
    label: 'Refunded',
    tone: 'plain',
    sentence: 'Stripe sent the money back. The customer’s bank shows it within days.',
  },
  failed: {
    label: 'Failed',
    tone: 'bad',
    sentence: 'The money came back to your balance. The customer must be refunded another way.',
  },
  canceled: { label: 'Canceled', tone: 'plain', sentence: 'The refund was called off before it was sent.' },
} as const satisfies Words<string>

/** What became of a dispute. */
export const disputeWords = {
  warning_needs_response: {
    label: 'Inquiry',
    tone: 'attention',
    sentence: 'The bank asks before it takes the money. Answer before the due time.',
  },
  warning_under_review: {
    label: 'Inquiry under review',
    tone: 'waiting',
    sentence: 'The bank reads your answer. No money has moved.',
  },
  warning_closed: { label: 'Inquiry closed', tone: 'plain', sentence: 'The bank did not go on. No money moved.' },
  needs_response: {
    label: 'Needs an answer',
    tone: 'bad',
    sentence: 'The money is withdrawn for now. Send evidence before the due time, or it is lost.',
  },
  under_review: { label: 'Under review', tone: 'waiting', sentence: 'The bank reads the evidence. This can take months.' },
  won: { label: 'Won', tone: 'good', sentence: 'The bank decided for you and the money comes back.' },
  lost: {
    label: 'Lost',
    tone: 'bad',
    sentence: 'The bank decided for the customer. The money and the dispute fee stay withdrawn.',
  },
  prevented: { label: 'Prevented', tone: 'plain', sentence: 'The payment was refunded before a dispute was made.' },
} as const satisfies Words<string>

/** What has to be done outside of Matchbook as a consequence. */
export const effectWords = {
  queued: { label: 'Waiting', tone: 'waiting', sentence: 'It is about to be done, or tried again shortly.' },
  running: { label: 'Under way', tone: 'waiting', sentence: 'It is being done now.' },
  done: { label: 'Done', tone: 'good', sentence: 'It was done once, and the answer is kept as a receipt.' },
  skipped: {
    label: 'Not needed',
    tone: 'plain',
    sentence: 'The store already said so, or writing to this store is switched off.',
  },
  dead: { label: 'Gave up', tone: 'bad', sentence: 'It failed too often. Look at the reason and try it again.' },
} as const satisfies Words<string>

/** Whether we reach a store or a Stripe account. */
export const healthWords = {
  active: { label: 'Working', tone: 'good', sentence: 'The last contact went well.' },
  failing: { label: 'Failing', tone: 'attention', sentence: 'The last contact went wrong. It is tried again by itself.' },
  paused: { label: 'Paused', tone: 'plain', sentence: 'It is not asked for now, because it failed several times in a row.' },
  revoked: { label: 'Revoked', tone: 'bad', sentence: 'Access was taken away. What is stored stays; connect it again to go on.' },
  never: { label: 'Not asked yet', tone: 'waiting', sentence: 'It was just added. The first contact follows within a minute.' },
} as const satisfies Words<string>

/** What does not add up, by its type. */
export const exceptionWords = {
  wrong_store: {
    label: 'Label names another store',
    tone: 'attention',
    sentence:
      'The labels on this payment name something of ours that disagrees with it. The money is booked, and counted as no store’s until a person decides.',
  },
  amount_differs: {
    label: 'Amounts differ',
    tone: 'attention',
    sentence: 'What was captured is not what the order asks for. The order is not marked as paid until a person looked at it.',
  },
  currency_differs: {
    label: 'Currencies differ',
    tone: 'attention',
    sentence: 'The payment and its order are in different currencies. The order is not marked as paid until a person looked at it.',
  },
  order_paid_twice: {
    label: 'Order paid twice',
    tone: 'bad',
    sentence: 'More than the order’s total was taken. Refund one of the payments, or correct the order.',
  },
  refunded_exceeds_captured: {
    label: 'More refunded than taken',
    tone: 'bad',
    sentence: 'The refunds of this payment add up to more than was captured. Compare them in Stripe.',
  },
  disputed_exceeds_captured: {
    label: 'More disputed than taken',
    tone: 'bad',
    sentence: 'The disputes of this payment hold back more than was captured. Compare them in Stripe.',
  },
  dispute_won_not_reinstated: {
    label: 'Won, money not back',
    tone: 'attention',
    sentence: 'The dispute was won, but Stripe has not booked the money back yet. It usually follows within minutes; if it does not, ask Stripe.',
  },
  paid_but_order_cancelled: {
    label: 'Paid, but the order is cancelled',
    tone: 'bad',
    sentence: 'Money was taken for an order that its store has cancelled, refunded or deleted. Refund it, or reopen the order.',
  },
  order_paid_elsewhere: {
    label: 'Order paid another way',
    tone: 'bad',
    sentence: 'The store says that another payment paid this order. One of the two has to be refunded.',
  },
  order_total_differs: {
    label: 'Order changed after paying',
    tone: 'attention',
    sentence: 'The order’s total is no longer what was paid, so the store was not told. Correct the order, or refund the difference.',
  },
  order_status_unclassified: {
    label: 'Unknown order status',
    tone: 'attention',
    sentence: 'The store uses a status that we do not know, so the order was left alone. Mark it as paid there if it is right.',
  },
  order_amount_unreadable: {
    label: 'Order total not exact',
    tone: 'attention',
    sentence: 'The store’s figure has more decimals than its currency. It is not rounded, and cannot be collected until it is corrected.',
  },
  order_unreadable: {
    label: 'Order could not be read',
    tone: 'attention',
    sentence: 'The store sent an order that we could not read. It is tried again when the store changes it.',
  },
  effect_dead: {
    label: 'The store was not told',
    tone: 'bad',
    sentence: 'Telling the store failed too often. Look at the reason; the money itself is safe.',
  },
} as const satisfies Words<string>

/** What became of an event. The keys are the states of an inbox row. */
export const eventWords = {
  pending: { label: 'Waiting', tone: 'waiting', sentence: 'It is stored and waits for its turn, usually less than a second.' },
  applied: { label: 'Applied', tone: 'good', sentence: 'It changed something here: a payment, a refund, a dispute, a balance transaction.' },
  ignored: { label: 'Ignored', tone: 'plain', sentence: 'It was read and changed nothing. The reason beside it says why. Nothing is left to do.' },
  quarantined: {
    label: 'Set aside',
    tone: 'attention',
    sentence: 'It could not be used as it is. It is kept whole, the others went on, and it can be replayed once the reason is gone.',
  },
} as const satisfies Words<string>

/** How an event reached us. */
export const eventKindWords = {
  delivery: { label: 'Delivery', tone: 'plain', sentence: 'Stripe sent it to our webhook endpoint, and its signature held.' },
  read: { label: 'Read', tone: 'plain', sentence: 'We asked Stripe for the object and this is what it answered.' },
  reply: { label: 'Reply', tone: 'plain', sentence: 'Stripe’s answer to a call of ours, such as making a session or a refund.' },
  backfill: { label: 'Found later', tone: 'attention', sentence: 'It was not delivered, or not to us. We found it in Stripe’s list of events.' },
} as const satisfies Words<string>

/** Why an event was ignored or set aside. What follows a colon in the stored reason is the message of that one failure. */
export const eventReasonWords = {
  nothing_new: { label: 'Nothing new', tone: 'plain', sentence: 'All that it says was known already, from another event or a read.' },
  object_not_followed: { label: 'Not followed', tone: 'plain', sentence: 'It is about a kind of object that has no part in explaining payments.' },
  asked_for_a_read: {
    label: 'Object read instead',
    tone: 'plain',
    sentence: 'Its copy of the object is not trusted for this kind; the object was read from Stripe.',
  },
  other_api_release: {
    label: 'Other API version',
    tone: 'plain',
    sentence: 'It is written in another version of Stripe’s API than ours, so its object was read from Stripe in our version.',
  },
  thin_event_not_followed: { label: 'Not followed', tone: 'plain', sentence: 'A short notice about something that has no part in explaining payments.' },
  other_mode: { label: 'Other mode', tone: 'plain', sentence: 'A test event at an endpoint for live ones, of an account that has no test connection here.' },
  platform_account: { label: 'Platform’s own', tone: 'plain', sentence: 'It is about the platform’s own account and not about a merchant’s.' },
  foreign_session: { label: 'Not our session', tone: 'plain', sentence: 'The checkout session was made by another application on the same Stripe account.' },
  other_session: { label: 'Another session', tone: 'attention', sentence: 'It names an attempt of ours but not the session that was made for it.' },
  misrouted: {
    label: 'Wrong endpoint',
    tone: 'attention',
    sentence: 'Its account or mode is not the one this endpoint was made for. In Stripe, point the endpoint of that account or mode to its own address.',
  },
  unknown_account: {
    label: 'Unknown account',
    tone: 'attention',
    sentence: 'It is of a Stripe account that is connected to nobody here. Connect the account, then replay it; or remove the endpoint in Stripe.',
  },
  endpoint_unknown: {
    label: 'Endpoint gone',
    tone: 'attention',
    sentence: 'The endpoint that it came through was removed before it was used. Register the endpoint again, then replay it.',
  },
  body_unreadable: {
    label: 'Unreadable',
    tone: 'attention',
    sentence: 'Its content is not what Stripe writes. Look at it in Stripe; an operator has to look at it here.',
  },
  fold_failed: {
    label: 'Could not be applied',
    tone: 'attention',
    sentence:
      'Using it went wrong on our side, and nothing of it was kept by halves. Replay it once the cause is mended; its object may be read from Stripe meanwhile.',
  },
} as const satisfies Words<string>

/** What a replay is doing. */
export const replayWords = {
  queued: { label: 'Waiting', tone: 'waiting', sentence: 'The worker begins with it in a moment.' },
  running: { label: 'Under way', tone: 'waiting', sentence: 'Stored events are being folded again, in batches.' },
  done: { label: 'Done', tone: 'good', sentence: 'Every event that was asked for was folded again.' },
  failed: { label: 'Failed', tone: 'bad', sentence: 'It stopped before its end. What it changed before that is whole and stays.' },
  canceled: { label: 'Canceled', tone: 'plain', sentence: 'Somebody stopped it. What it changed before that is whole and stays.' },
} as const satisfies Words<string>

/** What to do about something that does not add up, in a few words. */
export const exceptionFixes: Readonly<Record<string, string>> = {
  wrong_store: 'Decide whose payment it is',
  amount_differs: 'Compare with the order; refund or ask for the difference',
  currency_differs: 'Compare with the order; refund if it is wrong',
  order_paid_twice: 'Refund one of the payments',
  refunded_exceeds_captured: 'Compare the refunds in Stripe',
  disputed_exceeds_captured: 'Compare the disputes in Stripe',
  dispute_won_not_reinstated: 'Ask Stripe when the money comes back',
  paid_but_order_cancelled: 'Refund it, or reopen the order',
  order_paid_elsewhere: 'Refund one of the two payments',
  order_total_differs: 'Correct the order, or refund the difference',
  order_status_unclassified: 'Mark the order as paid in the store',
  order_amount_unreadable: 'Correct the total in the store',
  order_unreadable: 'Look at the order in the store',
  effect_dead: 'Mend what the store refused: it is told again by itself, or queue it again',
}

/** All families of states that screens show. */
export const words = {
  payment: paymentWords,
  match: matchWords,
  hop: hopWords,
  fee: feeWords,
  attempt: attemptWords,
  order: orderWords,
  charge: chargeWords,
  refund: refundWords,
  dispute: disputeWords,
  effect: effectWords,
  health: healthWords,
  exception: exceptionWords,
  event: eventWords,
  eventKind: eventKindWords,
  eventReason: eventReasonWords,
  replay: replayWords,
} as const

/** A family of states. */
export type WordFamily = keyof typeof words

export type PaymentStatus = keyof typeof paymentWords
export type MatchWord = keyof typeof matchWords
export type HopState = keyof typeof hopWords
export type FeeState = keyof typeof feeWords
export type AttemptState = keyof typeof attemptWords
export type OrderPaymentState = keyof typeof orderWords

/** The word for a state. One we do not know (Stripe adds some) is shown as it is and called unclassified, never guessed. */
export function wordFor(family: WordFamily, state: string): Word {
  const known: Readonly<Record<string, Word>> = words[family]
  const word = Object.hasOwn(known, state) ? known[state] : undefined
  return (
    word ?? {
      label: state.replaceAll('_', ' '),
      tone: 'attention',
      sentence: `Unclassified: we do not know the state “${state}” yet. It is kept as it came.`,
    }
  )
}

/** Choices of a filter over a family. */
export function optionsOf(family: WordFamily, states: ReadonlyArray<string> = Object.keys(words[family])): { value: string; label: string }[] {
  return states.map((state) => ({ value: state, label: wordFor(family, state).label }))
}
