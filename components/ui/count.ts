/** A number beside a name. Nobody counts beyond 999 there, and what is counted for it may be cut at 1,000. */
export function countText(count: number): string {
  return count > 999 ? '999+' : String(count)
}
