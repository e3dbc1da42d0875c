/** Stripe.js throws this for mistakes of the page's author; buyers' mistakes are resolved as results instead. */
export function integrationError(message: string): Error {
  const error = new Error(message)
  error.name = 'IntegrationError'
  return error
}

/** Message Stripe.js shows a buyer when the API cannot be reached. */
export const CONNECTION_MESSAGE =
  'We are experiencing issues connecting to our payments provider. You have not been charged. Please check your internet connection and try again.'
