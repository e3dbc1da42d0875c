/** Work per endpoint, a bounded number at a time, so that one slow receiver holds up nobody else. */
export class Lanes {
  private readonly lanes = new Map<string, { queue: (() => Promise<void>)[]; active: number }>()
  private busy = 0

  constructor(private readonly width: number) {}

  push(lane: string, work: () => Promise<void>): void {
    let found = this.lanes.get(lane)
    if (!found) this.lanes.set(lane, (found = { queue: [], active: 0 }))
    found.queue.push(work)
    this.busy += 1
    // Later in this turn of the loop: what caused the work is journaled before anybody hears of it.
    setImmediate(() => this.pump(lane))
  }

  /** Queued and running work. */
  get pending(): number {
    return this.busy
  }

  private pump(name: string): void {
    const lane = this.lanes.get(name)
    if (!lane) return
    while (lane.active < this.width) {
      const work = lane.queue.shift()
      if (!work) return
      lane.active += 1
      void work().finally(() => {
        lane.active -= 1
        this.busy -= 1
        this.pump(name)
      })
    }
  }
}
