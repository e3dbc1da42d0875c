/**
 * What must exist once per process (pools, listeners, the clock's offset). Next keeps several copies of a module
 * in one process, so a module-level variable is not once; this shelf on globalThis is.
 */
const shelfKey = Symbol.for('matchbook.shelf')
type Shelf = Map<string, unknown>

export function once<T>(name: string, make: () => T): T {
  const holder = globalThis as { [shelfKey]?: Shelf }
  const shelf = (holder[shelfKey] ??= new Map())
  if (!shelf.has(name)) shelf.set(name, make())
  return shelf.get(name) as T
}
