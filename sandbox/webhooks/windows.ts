import { shuffled } from '../core/seeded-random'
import type { ReleaseOrder } from './misdelivery'

interface Window<T> {
  readonly items: T[]
  readonly close: NodeJS.Timeout
}

/** Holds items for a while per name and lets them go in another order. */
export class Windows<T> {
  private readonly open = new Map<string, Window<T>>()

  /** Adds an item; the first one of a name opens its window for `forMs` of wall time. */
  add(name: string, item: T, forMs: number, release: (items: T[]) => void): void {
    const found = this.open.get(name)
    if (found) {
      found.items.push(item)
      return
    }
    const close = setTimeout(() => {
      const window = this.open.get(name)
      this.open.delete(name)
      if (window) release(window.items)
    }, forMs)
    close.unref()
    this.open.set(name, { items: [item], close })
  }

  get size(): number {
    return this.open.size
  }
}

/** Items (oldest first) in the order they are to leave. */
export function ordered<T>(items: readonly T[], order: ReleaseOrder, random: () => number): T[] {
  if (order === 'reverse') return [...items].reverse()
  return order === 'shuffle' ? shuffled(items, random) : [...items]
}
