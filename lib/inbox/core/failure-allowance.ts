/**
 * How many failures somebody may have before they are told to wait: a bucket of `size` that refills by `perSecond`.
 * Data in, decision out; the caller keeps the buckets. Times in milliseconds.
 */
export type Bucket = { left: number; at: number }
export type Allowance = { size: number; perSecond: number }

/** Takes one from the bucket; `wait` is 0 when there was one, else the whole seconds until there is again. */
export function takeFailure(bucket: Bucket | undefined, rules: Allowance, nowMs: number): { bucket: Bucket; wait: number } {
  const left = bucket ? Math.min(rules.size, bucket.left + (Math.max(0, nowMs - bucket.at) / 1000) * rules.perSecond) : rules.size
  if (left >= 1) return { bucket: { left: left - 1, at: nowMs }, wait: 0 }
  return { bucket: { left, at: nowMs }, wait: Math.max(1, Math.ceil((1 - left) / rules.perSecond)) }
}
