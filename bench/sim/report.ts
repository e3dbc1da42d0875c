import type { Result } from './history'
import { faultNames } from './recorded'

/** What is said of a history that failed: how to live it again, what it was made of, what was found. */
export function describe(result: Result): string[] {
  if (result.violations.length === 0) return []
  const { world, engine, ...more } = result.options
  return [
    '',
    `  history ${result.seed} failed (npm run sim -- --only ${result.seed}), trace ${result.hash}, ${result.events} events, ${result.steps} steps`,
    `    options ${JSON.stringify({ ...more, tenants: world.tenants, storesPerTenant: world.storesPerTenant, orders: world.orders })}`,
    `    faults ${[...Object.keys(world.faults), ...Object.keys(engine)].join(', ') || 'none'}`,
    ...result.violations.slice(0, 12).map((violation) => `    ${violation}`),
    ...(result.violations.length > 12 ? [`    and ${result.violations.length - 12} more`] : []),
  ]
}

/** Faults by kind and what people did. */
export function table(hits: ReadonlyMap<string, number>): string[] {
  const rows = (keep: (name: string) => boolean) =>
    [...hits]
      .filter(([name]) => keep(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `    ${name.padEnd(40)} ${String(count).padStart(9)}`)
  return ['', '  faults met', ...rows((name) => faultNames.has(name)), '', '  what people, banks and Stripe did', ...rows((name) => !faultNames.has(name)), '']
}

/** How large the histories were. */
export function size(results: readonly Result[]): string {
  const total = (pick: (result: Result) => number) => results.reduce((sum, result) => sum + pick(result), 0)
  return `  ${total((result) => result.steps)} steps, ${(total((result) => result.virtualMs) / 3_600_000).toFixed(0)} hours of simulated time`
}
