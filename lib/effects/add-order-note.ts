import { ability, can } from '@/lib/commerce/contract'
import type { StoreRow } from '@/lib/commerce/core/store'
import { openStore } from '@/lib/commerce/fetch-order'
import { clock } from '@/lib/kernel/clock'
import { Fault } from '@/lib/kernel/fault'
import { noteText } from './core/note-text'
import type { HeldEffect, Hold, Outcome } from './core/outcome'
import { notePayload, readPayload } from './core/payload'

/**
 * Adds a note to an order, once: the note carries the effect's key, and notes that are there are searched for it first.
 * @throws Faults of the contract and lib/outbound; `store_note_not_kept` when the store accepted the call and has no such note.
 */
export async function addOrderNote(effect: HeldEffect, store: StoreRow & { external_id: string }, hold: Hold): Promise<Outcome> {
  if (!store.write_back) return { state: 'skipped', receipt: { reason: 'write_back_off' }, reading: null, exceptions: [] }
  const { connector, access } = openStore(store)
  if (!can(connector, 'addNote') || !can(connector, 'listNotes'))
    return { state: 'skipped', receipt: { reason: 'store_has_no_notes' }, reading: null, exceptions: [] }
  const text = noteText(readPayload(notePayload, effect.payload))
  const list = ability(connector, 'listNotes')
  const askedAtMs = clock.wallMs()
  const found = (await list(access, store.external_id)).find((note) => note.text.includes(effect.key))
  if (found) return { state: 'done', receipt: { request: null, note: found.external_id }, reading: null, exceptions: [] }
  const notAfterMs = await hold(askedAtMs)
  const note = await ability(connector, 'addNote')({ ...access, notAfterMs }, store.external_id, { text, key: effect.key })
  // What does not say the key may be the answer to something else, or a text that the shop changed: then it is there.
  if (!note.text.includes(effect.key) && !(await list(access, store.external_id)).some((kept) => kept.external_id === note.external_id))
    throw new Fault('store_note_not_kept', 502, 'The store accepted the note and does not show it.', {
      retryable: true,
      remedy: 'Look for a plugin of the store that removes notes of its orders.',
    })
  return { state: 'done', receipt: { request: { text }, note: note.external_id }, reading: null, exceptions: [] }
}
