/** URL paths of the browser part, known to the server and to the script it serves. Not under /_sandbox, which is the control API's. */
export const PATHS = {
  script: '/stripe.js',
  paymentFrame: '/elements/payment',
  paymentFrameScript: '/elements/payment.js',
  challengeFrame: '/elements/three-d-secure',
  challengeFrameScript: '/elements/three-d-secure.js',
} as const
