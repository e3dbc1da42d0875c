import { config } from '@/lib/config/config'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { unseal } from '@/lib/kernel/seal'
import { connectionKeysPlace, type StripeJob } from '@/lib/stripe/client'
import { selectSealedKeys } from './store/connection-views'

/** Which key does a job. `hint` is its kind and last four characters, never more; null when there is none. `own`: not the one for everything. */
export type KeyHint = { job: StripeJob; hint: string | null; own: boolean }

const jobs = ['checkout', 'reader', 'refund'] as const satisfies readonly StripeJob[]

/** The keys of each connection of the scope: of Connect the platform's, of an own account its restricted ones. */
export async function keyHintsOf(scope: Scope): Promise<Map<string, KeyHint[]>> {
  const rows = await withTenant(scope, (tx) => selectSealedKeys(tx, scope))
  return new Map(
    rows.map((row) => {
      const keys: Partial<Record<StripeJob | 'secret', string>> =
        row.kind === 'connect'
          ? config().stripe[scope.mode]
          : row.keys_sealed === null
            ? {}
            : (JSON.parse(unseal(config().secret, connectionKeysPlace({ tenant_id: scope.tenant_id, id: row.id }), row.keys_sealed)) as typeof keys)
      return [row.id, jobs.map((job) => ({ job, hint: hintOf(keys[job] ?? keys.secret), own: keys[job] !== undefined }))]
    }),
  )
}

function hintOf(key: string | undefined): string | null {
  const found = key === undefined ? null : /^([a-z]+_[a-z]+_).*(.{4})$/.exec(key)
  return found ? `${found[1]}…${found[2]}` : null
}
