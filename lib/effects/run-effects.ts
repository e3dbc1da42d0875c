import { inWorkerTransaction, workerPool } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { once } from '@/lib/kernel/once'
import type { HeldEffect } from './core/outcome'
import { performEffect } from './perform-effect'
import { claimOfTenant, findTenantsWithDue } from './store/claim-effects'

/** Effects that one process runs at the same time, and how many of them at one store: a store that hangs holds up only its own. */
const slots = 12
const slotsPerStore = 4

export type EffectRunner = {
  /** See runEffectsStep. */
  step(): Promise<boolean>
  /** Resolves when nothing of this runner is under way. */
  settle(): Promise<void>
}

/** A runner with slots of its own; a process needs one. */
export function makeEffectRunner(): EffectRunner {
  const running = new Map<string, { effect: HeldEffect; ended: Promise<void> }>()
  let turn = 0

  const busyStores = () => {
    const counts = new Map<string, number>()
    for (const { effect } of running.values()) counts.set(effect.store_id, (counts.get(effect.store_id) ?? 0) + 1)
    return [...counts].filter(([, count]) => count >= slotsPerStore).map(([store]) => store)
  }

  const start = (effect: HeldEffect) => {
    const id = `${effect.tenant_id}/${effect.id}/${effect.lease_epoch}`
    running.set(id, { effect, ended: performEffect(effect).finally(() => running.delete(id)) })
  }

  /** Tenants take turns, each getting an equal part of the free slots. */
  const claim = async (): Promise<number> => {
    if (running.size >= slots) return 0
    const tenants = await findTenantsWithDue(workerPool(), clock.now())
    const share = Math.max(1, Math.min(slotsPerStore, Math.floor((slots - running.size) / Math.max(1, tenants.length))))
    turn += 1
    let claimed = 0
    for (let i = 0; i < tenants.length && running.size < slots; i++) {
      const tenant = tenants[(i + turn) % tenants.length] as string
      const effects = await inWorkerTransaction((sql) => claimOfTenant(sql, tenant, clock.now(), Math.min(share, slots - running.size), busyStores()))
      effects.forEach(start)
      claimed += effects.length
    }
    return claimed
  }

  const settle = async () => {
    while (running.size > 0) await Promise.all([...running.values()].map(({ ended }) => ended))
  }

  return {
    settle,
    async step() {
      const claimed = await claim()
      if (running.size === 0) return claimed > 0
      // A slow store must not hold up the claims of others: look again soon, or when one has ended.
      const waited = new AbortController()
      await Promise.race([...[...running.values()].map(({ ended }) => ended), clock.sleep(100, waited.signal)])
      waited.abort()
      return true
    },
  }
}

const runner = () => once('effect-runner', makeEffectRunner)

/**
 * One step of the worker's loop: takes effects that are due, fairly between tenants, and runs them side by side, those of
 * one order strictly one after the other. Safe to be killed anywhere: what was taken is taken again when its lease runs out.
 * @returns true while there is or may be more.
 */
export async function runEffectsStep(): Promise<boolean> {
  return runner().step()
}

/** Waits for the effects that this process is running; for a graceful stop, after the loop has stopped. */
export async function settleEffects(): Promise<void> {
  await runner().settle()
}
