import type Stripe from 'stripe'
import type { StripeCall } from './client'
import { readRaw, readRawPage, writeRaw, type RawAnswer, type RawObject } from './raw-request'

/** A raw object that is a Checkout Session: its JSON has no field that the SDK would convert, in mode `payment` without currency conversion. */
export type RawSession = RawObject & Stripe.Checkout.Session
export type SessionAnswer = Omit<RawAnswer, 'object'> & { object: RawSession }

/** How long one try of a write may take, and how often it is sent again under its key: a person waits for it. */
const patience = { timeout: 10_000, maxNetworkRetries: 1 } as const

/** @throws Fault of stripeFault; isOutcomeUnknown tells whether a session may exist all the same */
export async function createCheckoutSession(call: StripeCall, params: Stripe.Checkout.SessionCreateParams, idempotencyKey: string): Promise<SessionAnswer> {
  return asSession(await writeRaw(call, '/v1/checkout/sessions', params, idempotencyKey, patience))
}

/** @throws Fault of stripeFault */
export async function retrieveCheckoutSession(call: StripeCall, sessionId: string): Promise<SessionAnswer> {
  return asSession(await readRaw(call, `/v1/checkout/sessions/${encodeURIComponent(sessionId)}`))
}

/**
 * Ends an open session. Stripe refuses (`stripe_refused`) when it is complete or expired already.
 * @throws Fault of stripeFault
 */
export async function expireCheckoutSession(call: StripeCall, sessionId: string, idempotencyKey: string): Promise<SessionAnswer> {
  return asSession(await writeRaw(call, `/v1/checkout/sessions/${encodeURIComponent(sessionId)}/expire`, {}, idempotencyKey, patience))
}

/**
 * Looks for the session that carries our reference among those created since `from` (UTC, included). There is no other
 * end: by a clock of ours that is slow, a session that was just made lies in the future.
 * A later second session of the same reference would be the answer to a later generation; the newest is returned.
 * @throws Fault of stripeFault
 */
export async function findCheckoutSession(call: StripeCall, ask: Referring): Promise<SessionAnswer | null> {
  for await (const found of sessionsReferring(call, ask)) return found
  return null
}

/** All that carry our reference, newest first. @throws Fault of stripeFault */
export async function listCheckoutSessions(call: StripeCall, ask: Referring): Promise<SessionAnswer[]> {
  const all: SessionAnswer[] = []
  for await (const found of sessionsReferring(call, ask)) all.push(found)
  return all
}

type Referring = { client_reference_id: string; from: Date }

async function* sessionsReferring(call: StripeCall, ask: Referring): AsyncGenerator<SessionAnswer> {
  let after: string | undefined
  for (;;) {
    const page = await readRawPage(call, '/v1/checkout/sessions', {
      limit: 100,
      'created[gte]': seconds(ask.from),
      starting_after: after,
    })
    for (const object of page.objects)
      if (object.client_reference_id === ask.client_reference_id) yield asSession({ object, as_of: page.as_of, request_id: page.request_id })
    after = page.objects.at(-1)?.id
    if (!page.has_more || after === undefined) return
  }
}

function asSession(answer: RawAnswer): SessionAnswer {
  return { ...answer, object: answer.object as RawSession }
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000)
}
