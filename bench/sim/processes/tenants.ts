/** Makes the demo's two merchants with their six stores, through the product's own verbs; writes them as JSON to the file named by its argument. */
import { writeFileSync } from 'node:fs'
import { config } from '@/lib/config/config'
import { followSandbox } from '@/lib/config/follow-sandbox'
import { closeHub } from '@/lib/db/notify'
import { closePools } from '@/lib/db/pools'
import { makeTenants } from '@/scripts/seed/tenants'
import { worldAt } from '@/scripts/seed/world'

const [file] = process.argv.slice(2)
const { sandboxUrl, origin } = config()
if (file === undefined || sandboxUrl === null) throw new Error('usage: tenants.ts <file>, with the environment of a product in sandbox mode')
const unfollow = await followSandbox(sandboxUrl, `tenants-${process.pid}`)
const { tenants } = await makeTenants(worldAt(sandboxUrl), origin)
writeFileSync(file, JSON.stringify(tenants), { mode: 0o600 })
unfollow()
await closeHub()
await closePools()
process.exit(0)
