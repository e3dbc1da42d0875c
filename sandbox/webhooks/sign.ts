import { createHmac } from 'node:crypto'

/**
 * The Stripe-Signature header over a raw body: `t=<unix seconds>,v1=<hex>`, HMAC-SHA256 with the whole
 * secret (its `whsec_` included) over `<t>.<body>`. Source: docs.stripe.com/webhooks (verify manually).
 */
export function signatureHeader(body: string, secret: string, t: number): string {
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`
}

export const signatureFaults = ['wrong', 'empty', 'none', 'stale', 'altered_body'] as const
export type SignatureFault = (typeof signatureFaults)[number]

/**
 * Body and signature header as they leave, spoiled on request: `wrong` another secret, `empty` the empty
 * secret, `none` no header, `stale` ten minutes old, `altered_body` one blank more than was signed.
 */
export function sealed(body: string, secret: string, t: number, fault: SignatureFault | null): { body: string; header: string | null } {
  switch (fault) {
    case 'wrong':
      return { body, header: signatureHeader(body, `${secret}x`, t) }
    case 'empty':
      return { body, header: signatureHeader(body, '', t) }
    case 'none':
      return { body, header: null }
    case 'stale':
      return { body, header: signatureHeader(body, secret, t - 600) }
    case 'altered_body':
      return { body: `${body} `, header: signatureHeader(body, secret, t) }
    case null:
      return { body, header: signatureHeader(body, secret, t) }
  }
}
