import type { StripeCheckoutElementsSdkOptions, StripeConstructorOptions } from '@stripe/stripe-js'
import { initCheckoutElementsSdk } from './checkout-sdk'
import { integrationError } from './errors'

/** Release train of Stripe.js this script stands in for; @stripe/stripe-js compares it. */
const VERSION = 'endive'

const UNSUPPORTED = [
  'elements',
  'createToken',
  'createSource',
  'retrieveSource',
  'createPaymentMethod',
  'createConfirmationToken',
  'confirmPayment',
  'confirmCardPayment',
  'confirmSetup',
  'confirmCardSetup',
  'confirmUsBankAccountPayment',
  'confirmSepaDebitPayment',
  'handleCardAction',
  'handleNextAction',
  'verifyMicrodepositsForPayment',
  'retrievePaymentIntent',
  'retrieveSetupIntent',
  'collectBankAccountForPayment',
  'collectBankAccountForSetup',
  'collectBankAccountToken',
  'collectFinancialConnectionsAccounts',
  'createRadarSession',
  'createEphemeralKeyNonce',
  'paymentRequest',
  'verifyIdentity',
  'processOrder',
  'retrieveOrder',
  'initCheckoutFormSdk',
  'createEmbeddedCheckoutPage',
  'initializePricing',
  'redirectToCheckout',
]

const ownUrl = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : window.location.href
const ORIGIN = new URL(ownUrl).origin

function localeOf(asked: string | undefined): string {
  const wanted = asked && asked !== 'auto' ? asked : navigator.language
  try {
    return Intl.getCanonicalLocales(wanted)[0] ?? 'en'
  } catch {
    return 'en'
  }
}

/** The Stripe object: called with or without `new`, as Stripe.js allows. Throws an IntegrationError for a wrong key. */
function Stripe(key: unknown, options: StripeConstructorOptions = {}): Record<string, unknown> {
  if (typeof key !== 'string' || key === '') {
    throw integrationError('Missing value for Stripe(): apiKey should be a string.')
  }
  if (/^[sr]k_/.test(key)) {
    throw integrationError('You should not use your secret key with Stripe.js. Please pass a publishable key instead.')
  }
  if (!key.startsWith('pk_')) {
    throw integrationError('Invalid value for Stripe(): apiKey should be a publishable key, of the form pk_test_... or pk_live_...')
  }
  const caller = {
    origin: ORIGIN,
    key,
    account: options.stripeAccount ?? null,
    locale: localeOf(options.locale),
  }
  const stripe: Record<string, unknown> = {
    _apiKey: key,
    _registerWrapper: () => {},
    registerAppInfo: () => {},
    initCheckoutElementsSdk: (sdkOptions: StripeCheckoutElementsSdkOptions) => initCheckoutElementsSdk(caller, sdkOptions),
    initCheckout: () => {
      throw integrationError('stripe.initCheckout() was renamed to stripe.initCheckoutElementsSdk().')
    },
  }
  for (const name of UNSUPPORTED) {
    stripe[name] = () => {
      throw integrationError(`stripe.${name}() is not part of the sandbox's Stripe.js: it offers initCheckoutElementsSdk().`)
    }
  }
  return stripe
}
Stripe.version = VERSION

// A second copy of the script must not replace the one in use.
if (!('Stripe' in window)) Object.assign(window, { Stripe })
