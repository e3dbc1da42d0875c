import { clock } from '@/lib/kernel/clock'
import { once } from '@/lib/kernel/once'

/** How exact a deadline is. Many requests a second share one timer instead of making one each. */
const lookEveryMs = 50

type Entry = { atMs: number; late(): void }
type Watch = { entries: Set<Entry>; looking: boolean }

const watch = (): Watch => once('edge-deadlines', () => ({ entries: new Set(), looking: false }))

/** Calls `late` when `ms` of wall time passed (some 50 ms more at most), unless the returned function was called first. */
export function before(ms: number, late: () => void): () => void {
  const now = watch()
  const entry = { atMs: clock.wallMs() + ms, late }
  now.entries.add(entry)
  if (!now.looking) void look(now)
  return () => void now.entries.delete(entry)
}

async function look(now: Watch): Promise<void> {
  now.looking = true
  while (now.entries.size > 0) {
    await clock.sleep(lookEveryMs)
    const at = clock.wallMs()
    for (const entry of [...now.entries]) if (entry.atMs <= at && now.entries.delete(entry)) entry.late()
  }
  now.looking = false
}
