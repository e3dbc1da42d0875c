import type { SimWorld } from '../world/world'
import { checkEnds, checkReceived } from './inbox'
import { checkBounds, checkMirror } from './mirror'
import { checkConsequences, checkOrders } from './orders'
import { begin, type Query, type Violation } from './violation'

export type { Query, Violation } from './violation'

/** What must hold at any moment, faults or not. Cheap: a handful of queries. */
export async function checkAnytime(world: SimWorld, query: Query): Promise<Violation[]> {
  const { checking, violations } = await begin(world, query)
  await checkReceived(checking)
  await checkBounds(checking)
  await checkConsequences(checking)
  return violations
}

/**
 * Everything, at the end of a history: faults are over and all work is done. The books must say what the model predicts.
 * `replayed`: rows were put back on purpose, so that more than one fold of a row proves nothing.
 */
export async function check(world: SimWorld, query: Query, options: { replayed?: boolean } = {}): Promise<Violation[]> {
  const { checking, violations } = await begin(world, query)
  await checkReceived(checking)
  await checkBounds(checking)
  await checkConsequences(checking)
  await checkEnds(checking, options.replayed ?? false)
  await checkMirror(checking)
  await checkOrders(checking)
  return violations
}
