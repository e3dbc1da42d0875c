/** `80 ms`, `1.4 s`, `3 min`, `5 h`, `2 days`: two figures are enough to compare. */
export function durationText(ms: number): string {
  const size = Math.max(0, ms)
  if (size < 1_000) return `${Math.round(size)} ms`
  if (size < 9_950) return `${(size / 1_000).toFixed(1)} s`
  if (size < 119_500) return `${Math.round(size / 1_000)} s`
  if (size < 119.5 * 60_000) return `${Math.round(size / 60_000)} min`
  if (size < 47.5 * 3_600_000) return `${Math.round(size / 3_600_000)} h`
  return `${Math.round(size / 86_400_000)} days`
}
