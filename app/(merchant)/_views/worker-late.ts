/** A worker gives a sign of life every few seconds. */
const lateMs = 15_000

/** Whether the worker is missed. `msAgo`: since its last sign of life; null when there never was one. */
export function isWorkerLate(msAgo: number | null): boolean {
  return msAgo === null || msAgo > lateMs
}
