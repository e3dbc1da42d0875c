import pino from 'pino'
import { once } from '@/lib/kernel/once'
import { logLevel } from '@/lib/config/config'
import { redact } from './redact'

export type Log = {
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
  debug(fields: Record<string, unknown>, message: string): void
}

/** The only log: one JSON line per entry on standard output, every string redacted. Give it request_id or job_id. */
export function log(): Log {
  return once('log', () => {
    const out = pino({
      level: logLevel(),
      base: { app: 'matchbook', pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    })
    const write = (level: 'info' | 'warn' | 'error' | 'debug') => (fields: Record<string, unknown>, message: string) =>
      out[level](redact(fields), redact(message))
    return { info: write('info'), warn: write('warn'), error: write('error'), debug: write('debug') }
  })
}
