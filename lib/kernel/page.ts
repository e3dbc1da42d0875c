import { isUuid } from './public-id'

/** A place in a list that is ordered by time and then by id. */
export type Place = { at: Date; id: string }

/** Where to go on: after a place, before it, or at the start. A cursor is opaque to whoever passes it on. */
export type PageAsk = { older?: string | null | undefined; newer?: string | null | undefined; size?: number | undefined }

/** Cursors of the neighbouring pages; null where there is none. */
export type PageLinks = { newer: string | null; older: string | null }
export type Page<Row> = { rows: Row[] } & PageLinks

/** What a statement reads of a list: rows after a place (towards older) or before it, nearest first; from the start without a place. */
export type PagePart<From = Place> = { towards: 'older' | 'newer'; from: From | null; limit: number }

/** How a list says its places in an address. `read` answers null for a cursor that was never made. */
export type Cursors<Row, From> = { read(text: string): From | null; write(row: Row): string }

const usualSize = 50

/**
 * One page of a list by keyset, 50 rows unless the ask says otherwise: what arrives meanwhile moves nothing. A page
 * towards newer that is not full is the first page, and so is that of a cursor that was never made, so that an old link
 * still opens.
 */
export async function readPage<Row, From>(
  ask: PageAsk,
  cursors: Cursors<NoInfer<Row>, From>,
  read: (part: PagePart<From>) => Promise<Row[]>,
): Promise<Page<Row>> {
  const { size = usualSize } = ask
  const newer = ask.newer == null ? null : cursors.read(ask.newer)
  const older = ask.older == null ? null : cursors.read(ask.older)
  // One more than is shown tells whether there is another page.
  const limit = size + 1
  const page = (rows: Row[], has: { newer: boolean; older: boolean }): Page<Row> => {
    const [first, last] = [rows[0], rows.at(-1)]
    return { rows, newer: has.newer && first ? cursors.write(first) : null, older: has.older && last ? cursors.write(last) : null }
  }
  if (newer !== null) {
    const rows = await read({ towards: 'newer', from: newer, limit })
    if (rows.length > size) return page(rows.slice(0, size).reverse(), { newer: true, older: true })
  }
  const from = newer === null ? older : null
  const rows = await read({ towards: 'older', from, limit })
  return page(rows.slice(0, size), { newer: from !== null, older: rows.length > size })
}

/** Cursors of a list that is ordered by a time of its rows and then by id. */
export function byTime<Row extends { id: string }>(timeOf: (row: Row) => Date): Cursors<Row, Place> {
  return { read: readCursor, write: (row) => writeCursor({ at: timeOf(row), id: row.id }) }
}

/** Cursors of a list that is ordered by id. */
export const byId: Cursors<{ id: string }, string> = { read: (text) => (isUuid(text) ? text : null), write: (row) => row.id }

/** Times have milliseconds in the database, so none is lost. */
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
