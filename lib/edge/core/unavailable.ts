const system = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'ENOENT'])
/** Prisma's words for the same, and for a pool that had no connection left in time. */
const prisma = new Set(['P1000', 'P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028'])

/**
 * Whether an error says that the database cannot be asked now (SQLSTATE classes 08, 53, 57P; pg's own time-outs): the
 * caller should come again, so it is 503 and not 500.
 */
export function isUnavailable(error: { code: string | null; message: string }): boolean {
  const { code, message } = error
  if (code !== null && (system.has(code) || prisma.has(code) || /^(08|53|57P)/.test(code))) return true
  return /timeout exceeded when trying to connect|Connection terminated|terminating connection/i.test(message)
}
