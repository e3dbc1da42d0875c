import { Fault } from '@/lib/kernel/fault'
import { findTenantId } from './store/people'

/** The tenant of this slug, for an operator's command; requests go through memberOf. @throws Fault `tenant_unknown` */
export async function findTenantBySlug(slug: string): Promise<{ tenant_id: string }> {
  const tenant_id = await findTenantId(slug)
  if (tenant_id === null)
    throw new Fault('tenant_unknown', 404, `There is no tenant ${slug}.`, { field: 'tenant', remedy: 'Give the name that its addresses begin with.' })
  return { tenant_id }
}
