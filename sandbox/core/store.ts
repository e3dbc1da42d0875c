import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { linesOf, lock, writeAll } from './journal-file'

/** Anything the store keeps. Rows are values: never change one in place, `put` a new one. */
export interface Row {
  readonly id: string
}

/** A row and its place in the order of creation (1, 2, 3, ...; kept when the row is replaced). */
export interface Entry<T extends Row> {
  readonly seq: number
  row: T
}

type KeyOf<T> = (row: T) => string | null | undefined

interface Index<T extends Row> {
  readonly keyOf: KeyOf<T>
  readonly lists: Map<string, Entry<T>[]>
}

const EMPTY: readonly Entry<never>[] = []

/** Position of the first entry whose seq is >= `seq` in a list ordered by seq. */
export function lowerBound<T extends Row>(list: readonly Entry<T>[], seq: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const mid = (low + high) >> 1
    const entry = list[mid]
    if (entry !== undefined && entry.seq < seq) low = mid + 1
    else high = mid
  }
  return low
}

/** One kind of rows in memory, with indexes whose lists are in order of creation. */
export class Collection<T extends Row> {
  private readonly entries = new Map<string, Entry<T>>()
  private readonly indexes = new Map<string, Index<T>>()
  private seq = 0

  constructor(
    readonly name: string,
    private readonly changed: (collection: string, id: string) => void,
  ) {}

  get size(): number {
    return this.entries.size
  }

  get(id: string): T | undefined {
    return this.entries.get(id)?.row
  }

  /** Place of a row in the order of creation, for cursors. */
  seqOf(id: string): number | undefined {
    return this.entries.get(id)?.seq
  }

  put(row: T): T {
    this.load(row)
    this.changed(this.name, row.id)
    return row
  }

  /** Places a row without journaling it: used while the journal is read. */
  load(row: T): void {
    const entry = this.entries.get(row.id)
    if (entry === undefined) {
      const fresh: Entry<T> = { seq: ++this.seq, row }
      this.entries.set(row.id, fresh)
      for (const index of this.indexes.values()) insert(index, fresh, row)
      return
    }
    const before = entry.row
    for (const index of this.indexes.values()) {
      if (index.keyOf(before) === index.keyOf(row)) continue
      remove(index, entry, before)
      insert(index, entry, row)
    }
    entry.row = row
  }

  delete(id: string): boolean {
    if (!this.unload(id)) return false
    this.changed(this.name, id)
    return true
  }

  unload(id: string): boolean {
    const entry = this.entries.get(id)
    if (entry === undefined) return false
    for (const index of this.indexes.values()) remove(index, entry, entry.row)
    return this.entries.delete(id)
  }

  /** Every row, oldest first. */
  *all(): IterableIterator<T> {
    for (const entry of this.entries.values()) yield entry.row
  }

  /** Declares an index; rows whose key is null or undefined are left out of it. Declaring it again is harmless. */
  index(name: string, keyOf: KeyOf<T>): this {
    if (this.indexes.has(name)) return this
    const index: Index<T> = { keyOf, lists: new Map() }
    this.indexes.set(name, index)
    for (const entry of this.entries.values()) insert(index, entry, entry.row)
    return this
  }

  /** Entries under a key of an index, oldest first. The list is live: copy it before changing the collection. */
  list(index: string, key: string): readonly Entry<T>[] {
    const found = this.indexes.get(index)
    if (found === undefined) throw new Error(`collection ${this.name} has no index ${index}`)
    return found.lists.get(key) ?? EMPTY
  }

  /** Rows under a key of an index, oldest first, as a copy. */
  by(index: string, key: string): T[] {
    return this.list(index, key).map((entry) => entry.row)
  }
}

function insert<T extends Row>(index: Index<T>, entry: Entry<T>, row: T): void {
  const key = index.keyOf(row)
  if (key === null || key === undefined) return
  const list = index.lists.get(key)
  if (list === undefined) {
    index.lists.set(key, [entry])
    return
  }
  const last = list[list.length - 1]
  if (last === undefined || last.seq < entry.seq) list.push(entry)
  else list.splice(lowerBound(list, entry.seq), 0, entry)
}

function remove<T extends Row>(index: Index<T>, entry: Entry<T>, row: T): void {
  const key = index.keyOf(row)
  if (key === null || key === undefined) return
  const list = index.lists.get(key)
  if (list === undefined) return
  const at = lowerBound(list, entry.seq)
  if (list[at] === entry) list.splice(at, 1)
  if (list.length === 0) index.lists.delete(key)
}

/** One change in the journal: [collection, row] for a put, [collection, id] for a delete. */
type Change = [string, Row | string]

/**
 * All state of the sandbox: collections in memory and one append-only journal file.
 * A line of the journal is everything that changed between two flushes, so what belongs together is
 * either there or not; a torn last line (kill -9) is ignored. `flush` writes without fsync: the data
 * survives the death of the process, not of the machine.
 */
export class Store {
  private readonly collections = new Map<string, Collection<Row>>()
  private readonly dirty = new Map<string, Set<string>>()
  private readonly unclaimed = new Map<string, Map<string, Row>>()
  private file: number | null = null
  private pending: NodeJS.Immediate | null = null

  /**
   * Opens (and compacts) the journal in `dir`; without a folder everything stays in memory.
   * Throws when another living process has the folder: two writers would lose each other's rows.
   */
  constructor(private readonly dir: string | null) {
    if (dir === null) return
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    lock(join(dir, 'lock'))
    const path = join(dir, 'journal.ndjson')
    const stale = existsSync(path) ? this.read(path) : 0
    if (stale > 0) this.compact(path)
    this.file = openSync(path, 'a', 0o600)
  }

  /** The collection of that name; T is the caller's promise about its rows. */
  collection<T extends Row>(name: string): Collection<T> {
    let found = this.collections.get(name)
    if (found === undefined) {
      found = new Collection<Row>(name, (collection, id) => this.mark(collection, id))
      this.collections.set(name, found)
      const rows = this.unclaimed.get(name)
      if (rows !== undefined) {
        for (const row of rows.values()) found.load(row)
        this.unclaimed.delete(name)
      }
    }
    return found as unknown as Collection<T>
  }

  /** Writes what changed since the last flush, as one line. Called before a request is answered. */
  flush(): void {
    if (this.pending !== null) {
      clearImmediate(this.pending)
      this.pending = null
    }
    if (this.dirty.size === 0) return
    if (this.file !== null) {
      const parts: string[] = []
      for (const [name, ids] of this.dirty) {
        const collection = this.collections.get(name)
        for (const id of ids) parts.push(JSON.stringify([name, collection?.get(id) ?? id] satisfies Change))
      }
      writeAll(this.file, `[${parts.join(',')}]\n`)
    }
    this.dirty.clear()
  }

  close(): void {
    this.flush()
    if (this.file === null) return
    closeSync(this.file)
    this.file = null
    if (this.dir !== null) rmSync(join(this.dir, 'lock'), { force: true })
  }

  private mark(collection: string, id: string): void {
    let ids = this.dirty.get(collection)
    if (ids === undefined) this.dirty.set(collection, (ids = new Set()))
    ids.add(id)
    this.pending ??= setImmediate(() => {
      this.pending = null
      this.flush()
    })
  }

  /** Reads the journal into `unclaimed`; returns how many lines could be saved by compaction. */
  private read(path: string): number {
    let lines = 0
    let torn = 0
    for (const line of linesOf(path)) {
      const changes = parse(line)
      if (changes === null) {
        torn += 1
        continue
      }
      lines += 1
      for (const [name, value] of changes) {
        let rows = this.unclaimed.get(name)
        if (rows === undefined) this.unclaimed.set(name, (rows = new Map()))
        if (typeof value === 'string') rows.delete(value)
        else rows.set(value.id, value)
      }
    }
    return lines + torn
  }

  private compact(path: string): void {
    const temporary = `${path}.new`
    const file = openSync(temporary, 'w', 0o600)
    let batch: string[] = []
    const write = () => {
      if (batch.length > 0) writeAll(file, `[${batch.join(',')}]\n`)
      batch = []
    }
    for (const [name, rows] of this.unclaimed) {
      for (const row of rows.values()) {
        batch.push(JSON.stringify([name, row] satisfies Change))
        if (batch.length === 500) write()
      }
    }
    write()
    fsyncSync(file)
    closeSync(file)
    renameSync(temporary, path)
  }
}

function parse(line: string): Change[] | null {
  try {
    const value: unknown = JSON.parse(line)
    return Array.isArray(value) ? (value as Change[]) : null
  } catch {
    return null
  }
}
