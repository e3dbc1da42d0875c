import { globalDb } from '@/lib/db/tenant'
import { countTry, forgive, forgottenAfterMs, type ThrottleRow } from '../core/throttle'

/**
 * Counts one try under every key in one transaction, or under none when a key is blocked; then returns until when.
 * Rows are locked in key order, so that two tries of the same person wait for each other instead of both being first.
 */
export async function countTries(keys: readonly string[], now: Date): Promise<{ blocked_until: Date } | null> {
  const ordered = [...keys].sort()
  return globalDb().$transaction(async (tx) => {
    await tx.signInThrottle.createMany({ data: ordered.map((key) => ({ key, failures: 0, window_from: now })), skipDuplicates: true })
    const rows = await tx.$queryRaw<(ThrottleRow & { key: string })[]>`
      SELECT key, failures, window_from, blocked_until FROM sign_in_throttle WHERE key = ANY(${ordered}) ORDER BY key FOR UPDATE`
    const answers = rows.map((row) => ({ key: row.key, answer: countTry(row, now) }))
    const blocks = answers.flatMap(({ answer }) => (answer.allowed ? [] : [answer.until]))
    if (blocks.length > 0) return { blocked_until: new Date(Math.max(...blocks.map((until) => until.getTime()))) }
    for (const { key, answer } of answers) if (answer.allowed) await tx.signInThrottle.update({ where: { key }, data: answer.next, select: { key: true } })
    return null
  })
}

/** After a success: the account starts anew, the address loses the one try. Long forgotten rows go. */
export async function forgiveTry(account: string, address: string, now: Date): Promise<void> {
  await globalDb().$transaction(async (tx) => {
    await tx.signInThrottle.deleteMany({ where: { key: account } })
    const [row] = await tx.$queryRaw<ThrottleRow[]>`SELECT failures, window_from, blocked_until FROM sign_in_throttle WHERE key = ${address} FOR UPDATE`
    if (row) await tx.signInThrottle.update({ where: { key: address }, data: forgive(row), select: { key: true } })
    const old = new Date(now.getTime() - 2 * forgottenAfterMs)
    await tx.signInThrottle.deleteMany({ where: { window_from: { lt: old }, OR: [{ blocked_until: null }, { blocked_until: { lt: old } }] } })
  })
}
