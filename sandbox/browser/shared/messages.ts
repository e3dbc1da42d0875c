import type { Appearance, Layout, LayoutObject } from '@stripe/stripe-js'

/** Payment methods the stand-in's Payment Element can collect. */
export type MethodType = 'card' | 'us_bank_account' | 'sepa_debit'

/** What the frame needs to draw itself. Holds nothing secret: the key and client secret travel with `confirm` only. */
export type FrameConfig = {
  methods: MethodType[]
  merchant: { name: string; country: string }
  /** Checkout Session status; anything but `open` turns the fields off. */
  status: 'open' | 'expired' | 'complete'
  livemode: boolean
  locale: string
  appearance: Appearance
  layout: Layout | LayoutObject
  readOnly: boolean
  showTerms: boolean
}

/** Everything but the payment details, which only the frame knows. */
export type ConfirmOrder = {
  sessionId: string
  clientSecret: string
  key: string
  account: string | null
  returnUrl: string | null
  email: string | null
  billing: { name: string | null; country: string | null; postalCode: string | null }
}

/** State of the fields as the element's `change` event reports it. */
export type ElementState = { empty: boolean; complete: boolean; collapsed: boolean; method: MethodType }

/** What became of a call the host made to the frame. */
export type FrameReply =
  { kind: 'valid' } | { kind: 'invalid'; message: string } | { kind: 'answered'; status: number; body: unknown } | { kind: 'unreachable' }

export type ToPaymentFrame =
  | { type: 'init'; config: FrameConfig }
  | { type: 'update'; config: FrameConfig }
  | { type: 'focus' | 'blur' | 'clear' | 'collapse' }
  | { type: 'validate'; call: number }
  | { type: 'confirm'; call: number; order: ConfirmOrder }

export type FromPaymentFrame =
  | { type: 'hello' | 'ready' | 'focus' | 'blur' | 'escape' }
  | { type: 'resize'; height: number }
  | { type: 'change'; state: ElementState }
  | { type: 'carddetails'; brand: string }
  | { type: 'reply'; call: number; reply: FrameReply }

export type ToChallengeFrame = {
  type: 'init'
  challenge: { merchant: string; amount: string }
}

export type FromChallengeFrame = { type: 'hello' } | { type: 'outcome'; outcome: 'succeed' | 'fail' }

/** A message in its envelope. The channel tells several frames on one page apart; trust comes from origin and source. */
export type Envelope<T> = { sandboxChannel: string; message: T }

/** Reads an envelope for one channel out of a message event's data, or null for anybody else's message. */
export function openEnvelope<T>(data: unknown, channel: string): T | null {
  if (typeof data !== 'object' || data === null) return null
  const envelope = data as Partial<Envelope<T>>
  if (envelope.sandboxChannel !== channel) return null
  return envelope.message ?? null
}
