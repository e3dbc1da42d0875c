import type { Row } from '../core/store'
import type { World } from '../core/world'
import { faultRulesOf } from '../faults/fault-part'
import { tablesOf } from '../stripe/tables'
import { deliveriesOf } from '../webhooks/webhook-part'

/** What a person set up stays: accounts, keys, webhook endpoints, shops with their webhooks, settings and the clock. */
const made = ['event', 'webhook_delivery', 'schedule', 'shop_order', 'shop_note', 'shop_refund', 'shop_history']

/** `rules`: no more faults and misdeliveries, held deliveries go. `data`: also every payment, event and order is forgotten. */
export function forget(world: World, what: 'rules' | 'data'): { faults: number; rules: number; released: number; rows: number } {
  const engine = deliveriesOf(world)
  const faults = faultRulesOf(world).clear()
  const rules = engine.rules.clear()
  if (what === 'rules') return { faults, rules, released: engine.release({ order: 'created', serial: false }), rows: 0 }
  const { webhook_endpoint: _kept, ...payments } = tablesOf(world.store)
  let rows = 0
  const names = [...Object.values(payments).map((table) => table.name), ...made]
  for (const name of names) {
    const collection = world.store.collection<Row>(name)
    for (const row of [...collection.all()]) if (collection.delete(row.id)) rows += 1
  }
  world.store.flush()
  return { faults, rules, released: 0, rows }
}
