import { codeOf } from '@/lib/kernel/fault'

/** Errors that say nothing about the rows: connection trouble (08, 57, Node's), serialisation and deadlock (40), resources (53), a lost lease. */
export function isPassing(error: unknown): boolean {
  const code = codeOf(error)
  return code === null ? /terminat|timeout|connect/i.test(String(error)) : code === 'lease_lost' || /^(08|40|53|57|58)/.test(code) || /^E[A-Z]+$/.test(code)
}
