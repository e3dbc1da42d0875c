import { expect, it } from 'vitest'
import { takeFailure } from './core/failure-allowance'
import { shareStatements, type SharingRules } from './share-statements'

/** Statements that end when the test says so. */
function desk(rules: Partial<SharingRules<number, number>> = {}) {
  const statements: { rows: number[]; end(): void; fail(error: unknown): void }[] = []
  const shared = shareStatements<number, number>({
    flights: 1,
    worth: 1,
    sizes: [1, 2, 4],
    bytes: 100,
    weigh: (row) => row,
    isRowsFault: (error) => error === 'row',
    run: (rows) => new Promise((resolve, reject) => statements.push({ rows, end: () => resolve(rows.map((row) => row * 10)), fail: reject })),
    ...rules,
  })
  return { shared, statements, rowsOf: () => statements.map(({ rows }) => rows) }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

it('sends a lone row at once, and what comes meanwhile together, in the order of arrival, in sizes that are prepared', async () => {
  const { shared, statements, rowsOf } = desk()
  const answers = Promise.all([1, 2, 3, 4, 5, 6, 7].map((row) => shared.send(row)))
  expect(rowsOf()).toEqual([[1]])
  for (let at = 0; at < 3; at++) {
    statements[at]?.end()
    await turn()
  }
  expect(rowsOf()).toEqual([[1], [2, 3, 4, 5], [6, 7]])
  expect(await answers).toEqual([10, 20, 30, 40, 50, 60, 70])
})

it('lets the rows of one turn leave together at its end, and before it when they are worth a statement', async () => {
  const { shared, statements, rowsOf } = desk({ worth: 3, sizes: [1, 2, 3, 4, 5, 6, 7, 8] })
  void [1, 2].forEach((row) => void shared.send(row))
  await Promise.resolve()
  expect(rowsOf()).toEqual([])
  await turn()
  expect(rowsOf()).toEqual([[1, 2]])
  void [3, 4, 5, 6, 7, 8, 9, 10].forEach((row) => void shared.send(row))
  statements[0]?.end()
  await turn()
  expect(rowsOf().slice(1)).toEqual([[3, 4, 5, 6, 7, 8, 9, 10]])
  statements[1]?.end()
  await turn()
  // Half of what the last one held is worth one.
  void [11, 12, 13, 14, 15, 16].forEach((row) => void shared.send(row))
  expect(rowsOf().slice(2)).toEqual([[11, 12, 13, 14]])
  statements[2]?.end()
  await turn()
  expect(rowsOf().slice(3)).toEqual([[15, 16]])
  statements[3]?.end()
  await turn()
  void [17, 18, 19].forEach((row) => void shared.send(row))
  expect(rowsOf().slice(4)).toEqual([[17, 18, 19]])
})

it('reckons with what is ahead, and waits for none of it beyond the turn', async () => {
  const { shared, statements, rowsOf } = desk({ worth: 2, sizes: [1, 2, 3, 4] })
  const arrive: (() => void)[] = []
  const heard = [5, 6, 7].map((row) => shared.ahead(() => new Promise<void>((resolve) => arrive.push(resolve))).then(() => shared.send(row)))
  const broken = shared.ahead(() => Promise.reject(new Error('broke off')))
  await expect(broken).rejects.toThrow('broke off')
  void [1, 2].forEach((row) => void shared.send(row))
  expect(rowsOf()).toEqual([])
  await turn()
  expect(rowsOf()).toEqual([[1, 2]])
  statements[0]?.end()
  await turn()
  arrive.forEach((come) => come())
  await Promise.resolve()
  await turn()
  expect(rowsOf().slice(1)).toEqual([[5, 6]])
  statements[1]?.end()
  await turn()
  statements[2]?.end()
  expect(await Promise.all(heard)).toEqual([50, 60, 70])
})

it('keeps no more statements under way than it may, and none heavier than it may be', async () => {
  const { shared, statements, rowsOf } = desk({ flights: 2 })
  void [1, 2, 60, 50, 300, 4, 5].forEach((row) => void shared.send(row))
  expect(rowsOf()).toEqual([[1], [2]])
  for (let at = 0; at < 5; at++) {
    statements[at]?.end()
    await turn()
  }
  // 60 and 50 are too heavy together, 300 goes alone.
  expect(rowsOf()).toEqual([[1], [2], [60], [50], [300], [4, 5]])
})

it('tries each alone when a row is to blame, and none when the database is', async () => {
  const { shared, statements, rowsOf } = desk()
  const answers = Promise.allSettled([1, 2, 3].map((row) => shared.send(row)))
  statements[0]?.end()
  await turn()
  statements[1]?.fail('row')
  await turn()
  statements[2]?.fail('row')
  await turn()
  statements[3]?.end()
  expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(rowsOf()).toEqual([[1], [2, 3], [2], [3]])

  const away = desk()
  const lost = Promise.allSettled([1, 2, 3].map((row) => away.shared.send(row)))
  away.statements[0]?.end()
  await turn()
  away.statements[1]?.fail('away')
  expect((await lost).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  expect(away.rowsOf()).toEqual([[1], [2, 3]])
})

it('allows a number of failures at once, then some per second, and says how long to wait', () => {
  const rules = { size: 3, perSecond: 0.5 }
  let bucket: Parameters<typeof takeFailure>[0]
  const waits = [0, 0, 0, 0, 1_000, 2_000, 2_000, 2_000].map((at) => {
    const taken = takeFailure(bucket, rules, at)
    bucket = taken.bucket
    return taken.wait
  })
  expect(waits).toEqual([0, 0, 0, 2, 1, 0, 2, 2])
})
