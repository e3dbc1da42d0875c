import { expect, it } from 'vitest'
import { byTime, readCursor, readPage, writeCursor, type PageAsk, type PagePart } from './page'

type Row = { id: string; at: Date }
const id = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`
// Three rows of each millisecond, so that the time alone does not order them.
const list: Row[] = Array.from({ length: 23 }, (_, n) => ({ id: id(99 - n), at: new Date(1_700_000_000_000 - Math.floor(n / 3)) }))
const isOlder = (row: Row, than: { id: string; at: Date }) => row.at < than.at || (row.at.getTime() === than.at.getTime() && row.id < than.id)

async function read({ towards, from, limit }: PagePart): Promise<Row[]> {
  const way = towards === 'older' ? list : [...list].reverse()
  return way.filter((row) => from === null || (row.id !== from.id && isOlder(row, from) === (towards === 'older'))).slice(0, limit)
}
const page = (ask: PageAsk) =>
  readPage(
    ask,
    byTime<Row>((row) => row.at),
    read,
  )

it('goes through a list to its end and back by the same pages', async () => {
  const there = [await page({ size: 5 })]
  for (let older = there[0]?.older; older; older = there.at(-1)?.older) there.push(await page({ size: 5, older }))
  expect(there.flatMap(({ rows }) => rows)).toEqual(list)
  expect([there[0]?.newer, there.at(-1)?.older]).toEqual([null, null])
  const back = [there.at(-1)]
  for (let newer = back[0]?.newer; newer; newer = back.at(-1)?.newer) back.push(await page({ size: 5, newer }))
  expect(back.reverse().map((each) => each?.rows)).toEqual(there.map((each) => each.rows))
})

it('begins at the start where less than a page is newer, and where a cursor was never made', async () => {
  const first = await page({ size: 5 })
  expect(await page({ size: 5, newer: writeCursor(list[3] as Row) })).toEqual(first)
  expect(await page({ size: 5, older: 'x' })).toEqual(first)
})

it('says that a list of exactly one page has no other', async () => {
  expect(await page({ size: list.length })).toEqual({ rows: list, newer: null, older: null })
})

it('reads a cursor as it was written, and nothing else', () => {
  const place = { at: new Date('2026-11-21T20:15:30.123Z'), id: id(1) }
  expect(readCursor(writeCursor(place))).toEqual(place)
  for (const text of ['', 'x', `${writeCursor(place)}0`, '1-2', `zzzzzzzzzz-${'a'.repeat(32)}`]) expect(readCursor(text)).toBeNull()
})
