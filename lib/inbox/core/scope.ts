import type { Mode } from '@/lib/kernel/mode'

export const bucketCount = 64

/** A Stripe account in a mode: `acct_1:live`. One scope's events share a bucket, so its folds have one writer. */
export function scopeOf(accountId: string, mode: Mode): string {
  return `${accountId}:${mode}`
}

/** FNV-1a (32 bit) modulo 64: stable for ever, because stored rows are keyed by it. */
export function bucketOf(scope: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < scope.length; i++) {
    hash ^= scope.charCodeAt(i)
    hash = Math.imul(hash, 0x01000193)
  }
  return (hash >>> 0) % bucketCount
}
