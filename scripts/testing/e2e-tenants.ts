/**
 * Makes the tenants of the browser tests through the product's own verbs, at today's time: the demo's two with their six
 * stores, one with nothing yet, and a webhook endpoint whose secret was changed twice. Writes them as JSON to the file
 * named by its argument. Started once per run by e2e/demo.ts, with the product's environment.
 */
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { config } from '@/lib/config/config'
import { followSandbox } from '@/lib/config/follow-sandbox'
import { closeHub } from '@/lib/db/notify'
import { closePools } from '@/lib/db/pools'
import { endpointUrl, registerEndpoint } from '@/lib/inbox/endpoints'
import { addMember } from '@/lib/tenancy/add-member'
import { createTenant } from '@/lib/tenancy/create-tenant'
import { createUser } from '@/lib/tenancy/create-user'
import type { DemoPeople, DemoTenant } from '../seed/tenants'
import { demoPassword, makeTenants } from '../seed/tenants'
import { worldAt } from '../seed/world'

/** What the file holds. */
export type Demo = {
  tenants: DemoTenant[]
  people: DemoPeople
  /** Has a member and nothing else. */
  newcomer: { slug: string; name: string; email: string; password: string }
  /** Signing secrets of one endpoint, oldest first: the last two hold, the first does not any more. */
  rotated: { url: string; secrets: string[] }
}

const [file] = process.argv.slice(2)
const { sandboxUrl, origin } = config()
if (file === undefined || sandboxUrl === null) throw new Error('usage: e2e-tenants.ts <file>, with the environment of a product in sandbox mode')
const world = worldAt(sandboxUrl)
await world.advanceTo(0)
const unfollow = await followSandbox(sandboxUrl, `e2e-tenants-${process.pid}`)

const { tenants, people } = await makeTenants(world, origin)
const demo: Demo = { tenants, people, newcomer: await makeNewcomer(), rotated: await makeRotated() }
writeFileSync(file, JSON.stringify(demo), { mode: 0o600 })

unfollow()
await closeHub()
await closePools()
process.exit(0)

async function makeNewcomer(): Promise<Demo['newcomer']> {
  const newcomer = { slug: 'stillwater', name: 'Stillwater Supply', email: 'noor@stillwater.example', password: demoPassword }
  const { tenant_id } = await createTenant({ slug: newcomer.slug, name: newcomer.name, time_zone: 'Europe/London' })
  const { user_id } = await createUser({ email: newcomer.email, name: 'Noor Haddad', password: newcomer.password })
  await addMember({ tenant_id, user_id, role: 'owner' })
  return newcomer
}

async function makeRotated(): Promise<Demo['rotated']> {
  const id = 'rotated_test'
  const secrets = Array.from({ length: 3 }, () => `whsec_${randomBytes(24).toString('hex')}`)
  for (const secret of secrets) await registerEndpoint({ id, kind: 'connect', mode: 'test', account_id: null, secret, stripe_endpoint_id: null })
  return { url: endpointUrl(id), secrets }
}
