import type { Mode } from '@/lib/kernel/mode'

/** What a pay link says in clear, and its secret (128 bits, 22 characters of base64url). Ids are uuids. */
export type PayTokenParts = { tenant_id: string; mode: Mode; attempt_id: string; secret: string }

const hex32 = '([0-9a-f]{32})'
const shape = new RegExp(`^mbp_tn_${hex32}_(live|test)_${hex32}_([A-Za-z0-9_-]{21}[AQgw])$`)

/** `mbp_tn_<tenant>_<mode>_<attempt>_<secret>`: safe in a URL, one word, and a shape that the log knows to hide. */
export function writePayToken(parts: PayTokenParts): string {
  return `mbp_tn_${parts.tenant_id.replaceAll('-', '')}_${parts.mode}_${parts.attempt_id.replaceAll('-', '')}_${parts.secret}`
}

/** Null when the text is not a pay token. */
export function readPayToken(text: string): PayTokenParts | null {
  const [, tenant, mode, attempt, secret] = shape.exec(text) ?? []
  if (tenant === undefined || attempt === undefined || secret === undefined) return null
  return { tenant_id: dashed(tenant), mode: mode === 'test' ? 'test' : 'live', attempt_id: dashed(attempt), secret }
}

function dashed(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
