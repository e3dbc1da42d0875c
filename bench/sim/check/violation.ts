import type { Books } from '../world/books'
import type { SimWorld } from '../world/world'

/** Something that the product's books say and the world does not, or the other way round. */
export type Violation = { invariant: string; tenant: string; subject: string; expected: string; found: string }

/** Plain SQL over an owner's connection: no row level security, no product code. Amounts are asked for as float8. */
export type Query = <Row>(text: string, values?: unknown[]) => Promise<{ rows: Row[] }>

export type Report = (invariant: string, tenant: string, subject: string, expected: unknown, found: unknown) => void

/** What every check works with: `ids` are the product's own tenant ids by the world's keys. */
export type Checking = { world: SimWorld; books: Books; query: Query; ids: Map<string, string>; keys: Map<string, string>; tenantIds: string[]; report: Report }

export async function begin(world: SimWorld, query: Query): Promise<{ checking: Checking; violations: Violation[] }> {
  const violations: Violation[] = []
  const slugs = world.tenants.map((tenant) => tenant.slug)
  const { rows } = await query<{ id: string; slug: string }>('SELECT id, slug FROM tenant WHERE slug = ANY($1)', [slugs])
  const ids = new Map<string, string>()
  for (const { id, slug } of rows) ids.set(world.tenants.find((tenant) => tenant.slug === slug)?.key ?? slug, id)
  const keys = new Map([...ids].map(([key, id]) => [id, key]))
  const report: Report = (invariant, tenant, subject, expected, found) =>
    violations.push({ invariant, tenant: keys.get(tenant) ?? tenant, subject, expected: text(expected), found: text(found) })
  return { checking: { world, books: world.books, query, ids, keys, tenantIds: [...ids.values()], report }, violations }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
}
