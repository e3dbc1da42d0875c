import { isUuid } from '@/lib/kernel/public-id'

/** A place in a list that is ordered by time and then by id. */
export type Place = { at: Date; id: string }

/** Where to go on: after a place, before it, or at the start. */
export type PageAsk = { older?: string | null; newer?: string | null }

/** Cursors of the neighbouring pages; null where there is none. */
export type PageLinks = { newer: string | null; older: string | null }

/** A cursor as it stands in an address: opaque to whoever passes it on. Times have milliseconds in the database, so none is lost. */
export function writeCursor(place: Place): string {
  return `${place.at.getTime().toString(36)}-${place.id.replaceAll('-', '')}`
}

/** The place of a cursor; null for one that we never made. */
export function readCursor(text: string): Place | null {
  const found = /^([0-9a-z]{1,9})-([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(text)
  if (found === null) return null
  const at = new Date(parseInt(found[1] ?? '', 36))
  const id = found.slice(2).join('-')
  return Number.isNaN(at.getTime()) || !isUuid(id) ? null : { at, id }
}
