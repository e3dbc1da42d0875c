import type { Mode } from '@/lib/kernel/mode'

/** What an API key says in clear, and its secret (32 hex digits, 128 bits). Ids are uuids. */
export type ApiKeyParts = { tenant_id: string; mode: Mode; key_id: string; secret: string }

const hex32 = '([0-9a-f]{32})'
const shape = new RegExp(`^mbk_tn_${hex32}_(live|test)_${hex32}_${hex32}$`)

/** `mbk_tn_<tenant>_<mode>_<key>_<secret>`: one word, so that a double click takes all of it. */
export function writeApiKey(parts: ApiKeyParts): string {
  return `mbk_tn_${parts.tenant_id.replaceAll('-', '')}_${parts.mode}_${parts.key_id.replaceAll('-', '')}_${parts.secret}`
}

/** Null when the text is not an API key. */
export function readApiKey(text: string): ApiKeyParts | null {
  const [, tenant, mode, key, secret] = shape.exec(text) ?? []
  if (tenant === undefined || key === undefined || secret === undefined) return null
  return { tenant_id: dashed(tenant), mode: mode === 'test' ? 'test' : 'live', key_id: dashed(key), secret }
}

function dashed(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
