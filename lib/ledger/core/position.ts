/** Stripe may show a transaction this much later than its `created` says, or sort it behind others of its second. */
const youngMs = 60_000
/** Where a minute brings more than this, so many are listed again and no more: a look stays one page. */
const most = 50

/**
 * How far a look's position may move on, so that what Stripe sorts behind what it showed already is listed by the next
 * one: to the newest transaction that was not young any more when Stripe answered.
 * @param listed newest first, `created` in Unix seconds
 * @param asOf the Date of the newest answer
 * @returns its id, or null when all of it is young
 */
export function settledPosition(listed: readonly { id: string; created?: number }[], asOf: Date): string | null {
  return listed.find(({ created }, index) => index === most || (created ?? 0) * 1000 <= asOf.getTime() - youngMs)?.id ?? null
}
