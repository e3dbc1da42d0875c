import type { Random, WorldOptions } from './contract'
import { check, checkAnytime, type Query } from './check/check'
import type { Database } from './database'
import type { Scene } from './history'
import { usualFaults } from './world/faults'
import { createWorld } from './world/world'

/** Stripe, the shops and their customers as world/ has them, judged by check/. */
export const scene: Scene = {
  worldFaults: usualFaults,
  open(random: Random, options: WorldOptions, database: Database) {
    const world = createWorld(random, options)
    const query: Query = (text, values) => database.admin.query(text, values) as never
    return {
      world,
      check: async (moment) => {
        const found = moment === 'during' ? await checkAnytime(world, query) : await check(world, query)
        return found.map(({ invariant, tenant, subject, expected, found: is }) => `${invariant} ${tenant} ${subject}: expected ${expected}, found ${is}`)
      },
    }
  },
}
