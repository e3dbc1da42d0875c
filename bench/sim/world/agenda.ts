/** Something that is to happen: `people` wait to be asked (act), `own` happens as time passes. */
export type Entry<T> = { at: number; who: 'people' | 'own'; item: T }

export type Agenda<T> = {
  add(entry: Entry<T>): void
  /** The earliest entry of that kind which is due, taken off; null when none is. */
  take(who: Entry<T>['who'], nowMs: number): T | null
  /** Of both kinds, or of one. */
  nextAt(who?: Entry<T>['who']): number | null
  has(who: Entry<T>['who']): boolean
}

/** Two small heaps, ordered by time and, within one millisecond, by the order of entering. */
export function createAgenda<T>(): Agenda<T> {
  type Node = { at: number; seq: number; item: T }
  const heaps: Record<Entry<T>['who'], Node[]> = { people: [], own: [] }
  let seq = 0
  const before = (a: Node, b: Node) => a.at < b.at || (a.at === b.at && a.seq < b.seq)
  const swap = (heap: Node[], i: number, j: number) => {
    const held = heap[i] as Node
    heap[i] = heap[j] as Node
    heap[j] = held
  }
  return {
    add({ at, who, item }) {
      const heap = heaps[who]
      heap.push({ at, seq: seq++, item })
      for (let i = heap.length - 1; i > 0;) {
        const parent = (i - 1) >> 1
        if (!before(heap[i] as Node, heap[parent] as Node)) break
        swap(heap, i, parent)
        i = parent
      }
    },
    take(who, nowMs) {
      const heap = heaps[who]
      const [first] = heap
      if (first === undefined || first.at > nowMs) return null
      const last = heap.pop() as Node
      if (heap.length > 0) {
        heap[0] = last
        for (let i = 0; ;) {
          const [left, right] = [2 * i + 1, 2 * i + 2]
          let least = i
          if (left < heap.length && before(heap[left] as Node, heap[least] as Node)) least = left
          if (right < heap.length && before(heap[right] as Node, heap[least] as Node)) least = right
          if (least === i) break
          swap(heap, i, least)
          i = least
        }
      }
      return first.item
    },
    nextAt(who) {
      const times = (who ? [heaps[who]] : [heaps.people, heaps.own]).flatMap(([first]) => first?.at ?? [])
      return times.length === 0 ? null : Math.min(...times)
    },
    has: (who) => heaps[who].length > 0,
  }
}
