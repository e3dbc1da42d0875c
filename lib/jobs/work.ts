import { lookUpSilentStep } from '@/lib/checkout/look-up-silent'
import { lookUpUnansweredStep } from '@/lib/checkout/look-up-unanswered'
import { syncStoresStep } from '@/lib/commerce/sync-stores'
import { lookUpSilentDisputesStep } from '@/lib/disputes/look-up-silent'
import { channels } from '@/lib/db/notify'
import { requeueRepairedStep } from '@/lib/effects/requeue-repaired'
import { runEffectsStep, settleEffects } from '@/lib/effects/run-effects'
import { answerReadsStep } from '@/lib/inbox/answer-reads'
import { backfillStep } from '@/lib/inbox/backfill/backfill-step'
import { drainRestMs, drainStep, lanesOf } from '@/lib/inbox/drain'
import { replayStep } from '@/lib/inbox/replay/replay-step'
import { newId } from '@/lib/kernel/id'
import { settleStep } from '@/lib/ledger/settle'
import { beat } from './heartbeat'
import { runLoop, type Loop } from './loop'

/** Everything that a worker does, each in a loop of its own. Any number of workers may run; leases keep them apart. */
export function startWork(): { worker: string; stop(): Promise<void> } {
  const worker = `worker-${newId()}`
  const loops: Loop[] = [
    ...lanesOf(worker).map((lane) => ({ name: 'drain', channel: channels.inbox, pollMs: 500, restMs: drainRestMs, step: () => drainStep(lane) })),
    { name: 'reads', channel: channels.reads, pollMs: 500, step: answerReadsStep },
    { name: 'settle', channel: channels.settle, pollMs: 500, step: settleStep },
    { name: 'effects', channel: channels.effects, pollMs: 500, step: runEffectsStep },
    { name: 'repaired orders', channel: null, pollMs: 15_000, step: requeueRepairedStep },
    { name: 'stores', channel: channels.reads, pollMs: 2_000, step: syncStoresStep },
    { name: 'backfill', channel: null, pollMs: 2_000, step: () => backfillStep() },
    { name: 'replays', channel: null, pollMs: 1_000, step: () => replayStep() },
    { name: 'unanswered requests', channel: null, pollMs: 15_000, step: lookUpUnansweredStep },
    { name: 'silent attempts', channel: null, pollMs: 60_000, step: lookUpSilentStep },
    { name: 'silent disputes', channel: null, pollMs: 10 * 60_000, step: lookUpSilentDisputesStep },
    { name: 'heartbeat', channel: null, pollMs: 5_000, step: () => beat(worker) },
  ]
  const running = loops.map(runLoop)
  return { worker, stop: () => Promise.all(running.map((loop) => loop.stop())).then(settleEffects) }
}
