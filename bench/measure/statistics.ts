/** Median and spread of repeated rounds, and percentiles of many single values. */
export type Spread = { median: number; min: number; max: number }

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? Number.NaN
  const half = (sorted.length - 1) / 2
  return { median: (at(Math.floor(half)) + at(Math.ceil(half))) / 2, min: at(0), max: at(sorted.length - 1) }
}

/**
 * Round by round: what ran side by side is divided, so that a neighbour who slows down one round slows both. A round in
 * which one of them got nowhere says nothing and is left out.
 */
export function pairedRatio(ours: readonly number[], theirs: readonly number[]): Spread {
  return spreadOf(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)).filter((ratio) => Number.isFinite(ratio) && ratio > 0))
}

/** As pairedRatio, for what is subtracted. */
export function pairedDifference(ours: readonly number[], theirs: readonly number[]): Spread {
  return spreadOf(ours.map((value, round) => value - (theirs[round] ?? Number.NaN)).filter(Number.isFinite))
}

/** The value that a share (0..1) of all values does not exceed. NaN for none. */
export function percentile(values: readonly number[] | Float64Array, share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN
}

/** `1,234` or `1.23`, with its spread: `1,234 (1,100..1,300)`. */
export function shown({ median, min, max }: Spread): string {
  return `${figure(median)} (${figure(min)}..${figure(max)})`
}

export function figure(value: number): string {
  if (Number.isNaN(value)) return '-'
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US')
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2)
}
