import { atEndOfTurn } from '@/lib/kernel/turn'

/**
 * Statements that those who arrive together share. What arrives in one turn of the event loop leaves together at its
 * end, a lone one too; while `flights` statements are under way, what arrives meanwhile waits and shares the next, up
 * to `sizes` and `bytes`. No timer: nobody waits for company that has not arrived.
 */
export type Shared<Row, Result> = {
  send(row: Row): Promise<Result>
  /** Waits for something that a row will come of, unless it fails: how many rows are worth a statement is reckoned with it in view. */
  ahead<T>(of: () => Promise<T>): Promise<T>
}

type Waiting<Row, Result> = { row: Row; bytes: number; done(result: Result): void; failed(error: unknown): void }

export type SharingRules<Row, Result> = {
  /** Statements under way at once. */
  flights: number
  /**
   * So many rows, if they are half of those that are here or ahead and half as many as the last statement held, do not
   * wait for the end of the turn: most of what sharing saves is saved by then, and the database works on them while the
   * other half is still being heard.
   */
  worth: number
  /** How many rows a statement may hold, ascending and beginning with 1: each size is prepared once per connection. */
  sizes: readonly number[]
  /** What a statement may weigh; a row that weighs more goes alone. */
  bytes: number
  weigh(row: Row): number
  /** One statement: all of the rows or none, and a result per row in their order. */
  run(rows: Row[]): Promise<Result[]>
  /** Whether an error is about the rows themselves, rather than about the database being away. */
  isRowsFault(error: unknown): boolean
}

/**
 * Each promise resolves after the statement of its row is done. When a statement of many fails because of its rows,
 * each is tried alone, so that a bad row harms no other; when the database is away, all of them fail at once.
 */
export function shareStatements<Row, Result>(rules: SharingRules<Row, Result>): Shared<Row, Result> {
  const queue: Waiting<Row, Result>[] = []
  let underWay = 0
  let last = 1
  let ahead = 0
  let turnEnds = false

  function launch(): void {
    if (underWay >= rules.flights || queue.length === 0) return
    if (queue.length >= Math.max(rules.worth, last / 2, ahead)) return depart()
    if (!turnEnds) atEndOfTurn(endTurn)
    turnEnds = true
  }

  function endTurn(): void {
    turnEnds = false
    if (underWay < rules.flights && queue.length > 0) depart()
  }

  /** What its size leaves over takes no flight of its own: it shares the next. */
  function depart(): void {
    underWay += 1
    last = share()
    void fly(queue.splice(0, last)).then(land)
  }

  function land(): void {
    underWay -= 1
    launch()
  }

  /** The largest size that is full and within the weight: what is left over goes with the next statement. */
  function share(): number {
    let size = 1
    let bytes = 0
    let at = 0
    for (const next of rules.sizes) {
      if (next > queue.length) break
      for (; at < next; at++) bytes += queue[at]?.bytes ?? 0
      if (bytes > rules.bytes && next > 1) break
      size = next
    }
    return size
  }

  async function fly(batch: Waiting<Row, Result>[]): Promise<void> {
    try {
      const results = await rules.run(batch.map(({ row }) => row))
      batch.forEach(({ done, failed }, at) => {
        const result = results[at]
        if (result === undefined) failed(new Error('a row of a shared statement has no result'))
        else done(result)
      })
    } catch (error) {
      if (batch.length === 1 || !rules.isRowsFault(error)) for (const { failed } of batch) failed(error)
      else for (const one of batch) await fly([one])
    }
  }

  return {
    send: (row) =>
      new Promise<Result>((done, failed) => {
        queue.push({ row, bytes: rules.weigh(row), done, failed })
        launch()
      }),
    async ahead(of) {
      ahead += 1
      try {
        return await of()
      } finally {
        ahead -= 1
      }
    },
  }
}
