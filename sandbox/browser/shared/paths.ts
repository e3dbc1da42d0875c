/** URL paths of the browser part, known to the server and to the script it serves. */
export const PATHS = {
  script: '/stripe.js',
  paymentFrame: '/_sandbox/elements/payment',
  paymentFrameScript: '/_sandbox/elements/payment.js',
  challengeFrame: '/_sandbox/elements/three-d-secure',
  challengeFrameScript: '/_sandbox/elements/three-d-secure.js',
} as const;
