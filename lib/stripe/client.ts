import Stripe from 'stripe'
import { config } from '@/lib/config/config'
import { Fault } from '@/lib/kernel/fault'
import type { Mode } from '@/lib/kernel/mode'
import { once } from '@/lib/kernel/once'
import { unseal } from '@/lib/kernel/seal'
import { wireClient } from './wire-client'

/** What a key is used for. Each job asks for its own restricted key first, so that a leaked one does little. */
export type StripeJob = 'checkout' | 'reader' | 'refund'

/** The columns of `connection` that a call needs. */
export type ConnectionKeys = { tenant_id: string; id: string; mode: Mode; kind: string; account_id: string; state: string; keys_sealed: string | null }

export type StripeCall = {
  stripe: Stripe
  /** To be passed as the options of every call: names the connected account on Connect, is empty for an own account. */
  options: Stripe.RequestOptions
}

/** The API version that our webhook endpoints are created with and our reads ask for. */
export const apiVersion: string = Stripe.API_VERSION

/**
 * The SDK for one connection and job. On Connect the platform's key with `Stripe-Account`; on an own account the
 * merchant's restricted key.
 * @throws Fault `stripe_key_missing` when no key of that mode is configured, `connection_revoked` when access was taken away.
 */
export function stripeFor(connection: ConnectionKeys, job: StripeJob): StripeCall {
  if (connection.state !== 'active') {
    throw new Fault('connection_revoked', 409, 'The Stripe account of this store no longer gives us access.', {
      remedy: 'Connect the Stripe account again under Settings, Connection.',
    })
  }
  if (connection.kind === 'connect') {
    const keys = config().stripe[connection.mode]
    return { stripe: clientFor(required(keys[job] ?? keys.secret, connection.mode)), options: { stripeAccount: connection.account_id } }
  }
  const keys = connection.keys_sealed
    ? (JSON.parse(unseal(config().secret, connectionKeysPlace(connection), connection.keys_sealed)) as Partial<Record<StripeJob | 'secret', string>>)
    : {}
  return { stripe: clientFor(required(keys[job] ?? keys.secret, connection.mode)), options: {} }
}

/** The SDK with the platform's own key of a mode, for what concerns the platform itself (its webhook endpoints). */
export function platformStripe(mode: Mode): Stripe {
  return clientFor(required(config().stripe[mode].secret, mode))
}

/** Where the sealed keys of a connection are bound to. */
export function connectionKeysPlace(connection: { tenant_id: string; id: string }): string {
  return `${connection.tenant_id}/connection/${connection.id}/keys`
}

function required(key: string | undefined, mode: Mode): string {
  if (!key)
    throw new Fault('stripe_key_missing', 500, `No Stripe key for ${mode} mode is configured.`, {
      remedy: `Set STRIPE_${mode.toUpperCase()}_SECRET_KEY or the restricted keys of that mode.`,
    })
  return key
}

function clientFor(key: string): Stripe {
  return once(`stripe:${key}`, () => {
    const sandbox = config().sandboxUrl === null ? null : new URL(config().sandboxUrl as string)
    const httpClient = wireClient()
    return new Stripe(key, {
      timeout: 20_000,
      maxNetworkRetries: 2,
      telemetry: false,
      appInfo: { name: 'Matchbook' },
      ...(httpClient && { httpClient }),
      ...(sandbox && { host: sandbox.hostname, port: sandbox.port || '80', protocol: 'http' }),
    })
  })
}
