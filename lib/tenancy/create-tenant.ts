import { clock } from '@/lib/kernel/clock'
import { codeOf, Fault } from '@/lib/kernel/fault'
import { newId } from '@/lib/kernel/id'
import { slugProblem } from './core/slug'
import { insertTenant } from './store/people'

/**
 * Makes a tenant; an operator's verb, on the worker role. `time_zone` is an IANA name.
 * @throws Fault `invalid_field` naming slug, name or time_zone; `slug_taken`.
 */
export async function createTenant(input: { slug: string; name: string; time_zone: string }): Promise<{ tenant_id: string }> {
  const problem = slugProblem(input.slug)
  if (problem !== null) throw new Fault('invalid_field', 400, `The address of a tenant ${problem}.`, { field: 'slug' })
  const name = input.name.trim()
  if (name === '' || name.length > 120) throw new Fault('invalid_field', 400, 'The name of a tenant has 1 to 120 characters.', { field: 'name' })
  if (!isTimeZone(input.time_zone))
    throw new Fault('invalid_field', 400, 'The time zone is not known.', { field: 'time_zone', remedy: 'Use an IANA name such as Europe/Berlin.' })
  const id = newId()
  try {
    await insertTenant({ id, slug: input.slug, name, time_zone: input.time_zone, created_at: clock.now() })
  } catch (error) {
    if (codeOf(error) === '23505') throw new Fault('slug_taken', 409, `The address ${input.slug} is taken.`, { field: 'slug', remedy: 'Choose another one.' })
    throw error
  }
  return { tenant_id: id }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
