import { onTenant, type Executor } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import { Fault } from '@/lib/kernel/fault'
import { newId, publicId } from '@/lib/kernel/id'
import { recordActivity, type Actor } from '@/lib/tenancy/record-activity'
import { noDifference } from './core/difference'
import { readReplayFilter, type ReplayFilter } from './core/filter'
import type { ReplayRow } from './queries'
import { findSelection, selectShelves } from './store/selection'
import { insertReplay, selectReplay, updateToCanceled } from './store/replays'

/**
 * Asks for a replay: stored rows are folded again by the worker, in batches. A dry run tells the difference and changes
 * nothing. Who asked for what is recorded.
 * @throws Fault `invalid_field` for a filter that is none, `nothing_to_replay` 404 when an event or payment is not stored
 */
export async function startReplay(scope: Scope, ask: { filter: unknown; dry_run: boolean; actor: Actor }): Promise<ReplayRow> {
  const filter = readReplayFilter(ask.filter)
  const id = newId()
  const row = {
    tenant_id: scope.tenant_id,
    id,
    mode: scope.mode,
    filter,
    dry_run: ask.dry_run,
    actor_kind: ask.actor.kind,
    actor_id: 'id' in ask.actor ? ask.actor.id : null,
    difference: noDifference(),
    created_at: clock.now(),
  }
  return withTenant(scope, async (tx) => {
    const db = onTenant(tx)
    await checkConnections(db, scope, filter)
    if ((filter.event !== undefined || filter.payment !== undefined) && !(await findSelection(db, scope, filter))) throw nothingToReplay(filter)
    await insertReplay(db, row)
    await recordActivity(tx, scope.tenant_id, {
      actor: ask.actor,
      action: 'replay.requested',
      subject: { kind: 'replay', id: publicId('replay', id) },
      detail: { mode: scope.mode, dry_run: ask.dry_run, filter: { ...filter } },
    })
    const stored = await selectReplay(db, scope, id)
    if (stored === null) throw new Error('a replay that was just stored is not there')
    return stored
  })
}

/**
 * Stops a replay where it is; what it changed so far stays.
 * @throws Fault `not_found` when there is none of that id here, `replay_over` when it has ended
 */
export async function cancelReplay(scope: Scope, id: string, actor: Actor): Promise<ReplayRow> {
  return withTenant(scope, async (tx) => {
    const db = onTenant(tx)
    const canceled = await updateToCanceled(db, scope, id, clock.now())
    const stored = await selectReplay(db, scope, id)
    if (stored === null) throw new Fault('not_found', 404, 'There is no such replay.')
    if (!canceled) throw new Fault('replay_over', 409, `This replay has ended: ${stored.state}.`)
    await recordActivity(tx, scope.tenant_id, { actor, action: 'replay.canceled', subject: { kind: 'replay', id: publicId('replay', id) } })
    return stored
  })
}

async function checkConnections(db: Executor, scope: Scope, filter: ReplayFilter): Promise<void> {
  if (filter.connections === undefined) return
  const reached = (await selectShelves(db, scope, filter)).map((shelf) => publicId('connection', shelf.connection_id))
  const unknown = filter.connections.find((id) => !reached.includes(id))
  if (unknown === undefined) return
  throw new Fault('invalid_field', 400, `There is no Stripe connection ${unknown} in this mode.`, {
    field: 'connections',
    remedy: 'Copy it from the Stripe page (con_...), and check the mode.',
  })
}

function nothingToReplay(filter: ReplayFilter): Fault {
  const field = filter.event === undefined ? 'payment' : 'event'
  return new Fault('nothing_to_replay', 404, `Nothing of ${field === 'event' ? 'this event' : 'this payment'} is stored in this mode.`, {
    field,
    remedy: 'Check the id and the mode; what Stripe has and we do not is fetched by a backfill.',
  })
}
