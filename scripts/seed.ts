/** Makes the demo: tenants, people, stores, and sixty days of orders through the real path. Started by `npm start` once. */
import { writeFileSync } from 'node:fs'
import { config } from '@/lib/config/config'
import { followSandbox } from '@/lib/config/follow-sandbox'
import { closeHub } from '@/lib/db/notify'
import { closePools } from '@/lib/db/pools'
import { demoDays, liveThroughHistory } from './seed/history'
import { makeTenants } from './seed/tenants'
import { worldAt } from './seed/world'

const { sandboxUrl, origin } = config()
if (sandboxUrl === null) throw new Error('the demo is made in sandbox mode only')
const began = performance.now()
const seconds = () => ((performance.now() - began) / 1000).toFixed(1)
const unfollow = await followSandbox(sandboxUrl, `seed-${process.pid}`)
const world = worldAt(sandboxUrl)

process.stdout.write('  Demo          two merchants, six stores\n')
const { tenants, people } = await makeTenants(world, origin)
const { orders } = await liveThroughHistory(world, origin, tenants, (day, made) => {
  if (process.stdout.isTTY) process.stdout.write(`\r  Demo          day ${day} of ${demoDays}, ${made} orders, ${seconds()} s `)
  else if (day % 15 === 0 && made % 6 === 0) process.stdout.write(`  Demo          day ${day} of ${demoDays}, ${made} orders, ${seconds()} s\n`)
})
process.stdout.write(`${process.stdout.isTTY ? '\r' : ''}  Demo          ${demoDays} days, ${orders} orders in ${seconds()} s          \n`)

const file = process.env.MATCHBOOK_DEMO_FILE
if (file) {
  writeFileSync(
    file,
    JSON.stringify({
      webUrl: origin,
      sandboxUrl,
      signIns: people,
      tryFirst: [
        { say: 'Take an order as a customer and pay it with 4242 4242 4242 4242:', url: `${sandboxUrl}/_sandbox` },
        { say: 'Watch it appear, matched to its order:', url: `${origin}/nordlicht/payments` },
        { say: 'Open any payment and follow its trail.' },
      ],
    }),
  )
}
unfollow()
await closeHub()
await closePools()
process.exit(0)
