import type { Action, Random } from '../contract'
import type { Agenda } from './agenda'
import type { Books } from './books'
import type { Dice } from './faults'

/** Something that people do when it is due; what it returns, the product is to do. */
export type Act = { name: string; run: (nowMs: number) => Action | void }

export const minute = 60_000
export const hour = 60 * minute

/** What everybody in this world shares. `dayMs`: how long people take over what takes days; short in most histories, for they say the same sooner. */
export type Town = { random: Random; agenda: Agenda<Act>; books: Books; dice: Dice; dayMs: number }

/** Enters something that people do. Now and then it falls on a whole ten seconds, so that one second holds many events. */
export function plan({ random, agenda }: Town, at: number, name: string, run: Act['run']): void {
  agenda.add({ at: random.chance(0.15) ? Math.ceil(at / 10_000) * 10_000 : at, who: 'people', item: { name, run } })
}

/** Enters something that happens by itself. */
export function follow({ agenda }: Town, at: number, name: string, run: (nowMs: number) => void): void {
  agenda.add({ at, who: 'own', item: { name, run } })
}
