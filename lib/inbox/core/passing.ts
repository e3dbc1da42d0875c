import { codeOf, messageOf } from '@/lib/kernel/fault'

/** How the driver says that there is no connection, where it gives no code. From the beginning: an error about a row may quote the row. */
const withoutCode = /^(Connection terminated|Client (has encountered a connection error|was closed)|timeout e|Cannot use a pool)/

/** Errors that say nothing about the rows: connection trouble (08, 57, Node's, 25P03 after a long pause of ours), serialisation and deadlock (40), resources (53), a lost lease. */
export function isPassing(error: unknown): boolean {
  const code = codeOf(error)
  return code === null ? withoutCode.test(messageOf(error)) : code === 'lease_lost' || /^(08|25P03|40|53|57|58)/.test(code) || /^E[A-Z]+$/.test(code)
}
