import type { Scope } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import { sameDigest, sha256 } from '@/lib/kernel/seal'
import { readApiKey } from './core/api-key-text'
import { apiKeyMissing, apiKeyRefused } from './errors'
import { findApiKey, markUsed } from './store/api-keys'

/** A merchant's backend. Tenant and mode come from the key alone. */
export type ApiCaller = { scope: Scope; api_key_id: string }

const nothing = Buffer.alloc(32)
const usedEveryMs = 60_000

/**
 * Who calls with this `Authorization` header.
 * @throws Fault `api_key_missing`, or `api_key_invalid` for every other reason alike.
 */
export async function authenticateApiKey(request: { headers: Headers }): Promise<ApiCaller> {
  const header = request.headers.get('authorization')
  const [, text] = /^bearer +(\S+)$/i.exec(header?.trim() ?? '') ?? []
  if (text === undefined) throw apiKeyMissing()
  const parts = readApiKey(text)
  if (parts === null) throw apiKeyRefused()
  const row = await findApiKey(parts.tenant_id, parts.key_id)
  const fits = sameDigest(row?.secret_hash ?? nothing, sha256(parts.secret))
  if (row === null || !fits || row.mode !== parts.mode || row.revoked_at !== null) throw apiKeyRefused()
  const now = clock.now()
  const since = new Date(now.getTime() - usedEveryMs)
  if (row.last_used_at === null || row.last_used_at < since) await markUsed(parts.tenant_id, row.id, now, since)
  return { scope: { tenant_id: parts.tenant_id, mode: parts.mode }, api_key_id: row.id }
}
