import { createHmac, hkdfSync } from 'node:crypto'
import { config } from '@/lib/config/config'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { sameDigest, sha256 } from '@/lib/kernel/seal'
import type { AttemptRow } from './core/attempt'
import { readPayToken, writePayToken } from './core/pay-token'
import { payLinkUnknown } from './errors'
import { selectPayTokenHash, updatePayTokenHash } from './store/attempts'

type Ref = Pick<AttemptRow, 'tenant_id' | 'id' | 'mode'>

/**
 * The pay link's token. Its secret is derived from the installation's secret, so that the same link can be given out
 * again while only its hash is stored.
 */
export function payTokenOf(attempt: Ref): string {
  const key = Buffer.from(hkdfSync('sha256', config().secret, '', 'matchbook pay link v1', 32))
  const secret = createHmac('sha256', key).update(`${attempt.tenant_id}/${attempt.id}`).digest().subarray(0, 16).toString('base64url')
  return writePayToken({ tenant_id: attempt.tenant_id, mode: attempt.mode, attempt_id: attempt.id, secret })
}

export function payUrlOf(attempt: Ref): string {
  return `${config().origin}/pay/${payTokenOf(attempt)}`
}

export function payTokenHashOf(attempt: Ref): Uint8Array<ArrayBuffer> {
  return new Uint8Array(sha256(payTokenOf(attempt)))
}

/** Makes the stored hash fit the link that we are about to give out again (after the installation's secret changed). */
export async function refreshPayLink(scope: Scope, attempt: Ref): Promise<void> {
  const hash = payTokenHashOf(attempt)
  await withTenant(scope, async (tx) => {
    const stored = await selectPayTokenHash(tx, scope, attempt.id)
    if (stored !== null && !sameDigest(stored, hash)) await updatePayTokenHash(tx, attempt, hash)
  })
}

/** A customer with a link: may see one attempt, of one tenant and mode. */
export type Payer = { scope: Scope; attempt_id: string }

const nothing = Buffer.alloc(32)

/**
 * Who opens a link. Tenant and mode come from the token alone, after its secret was compared.
 * @throws Fault `pay_link_unknown` for every link that opens nothing.
 */
export async function payerOf(token: string): Promise<Payer> {
  const parts = readPayToken(token)
  if (parts === null) throw payLinkUnknown()
  const scope: Scope = { tenant_id: parts.tenant_id, mode: parts.mode }
  const stored = await withTenant(scope, (tx) => selectPayTokenHash(tx, scope, parts.attempt_id))
  const fits = sameDigest(stored ?? nothing, sha256(token))
  if (stored === null || !fits) throw payLinkUnknown()
  return { scope, attempt_id: parts.attempt_id }
}
