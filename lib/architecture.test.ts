import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** The walls of lib/README.md. A failure says which wall, why it stands, and where it was crossed. */
const root = resolve(import.meta.dirname, '..')
const ground = ['kernel', 'money', 'config', 'log', 'db', 'outbound']

type Source = { path: string; text: string; code: string; imports: { from: string; to: string | null; typeOnly: boolean }[] }

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name)
    if (/^(node_modules|generated|\.next|\.matchbook)$/.test(name)) return []
    return statSync(join(root, path)).isDirectory() ? filesUnder(path) : /\.(ts|tsx|mjs)$/.test(name) ? [path] : []
  })
}

function read(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8')
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
  const imports = [...code.matchAll(/(?:import|export)\s+(type\s+)?[^'";]*?from\s+['"]([^'"]+)['"]|import\s*\(?\s*['"]([^'"]+)['"]/g)].map((found) => {
    const from = found[2] ?? found[3] ?? ''
    const to = from.startsWith('@/') ? from.slice(2) : from.startsWith('.') ? relative(root, resolve(root, dirname(path), from)) : null
    return { from, to, typeOnly: found[1] !== undefined }
  })
  return { path, text, code, imports }
}

const isTest = (path: string) => /\.(test|spec)\.|\.test-support\.|\/testing\//.test(path)
const product = ['lib', 'app', 'components'].flatMap(filesUnder).concat(['proxy.ts', 'instrumentation.ts', 'instrumentation-node.ts']).map(read)
const shipped = product.filter((source) => !isTest(source.path))
const lib = shipped.filter((source) => source.path.startsWith('lib/'))
const sandbox = filesUnder('sandbox').map(read)
const sliceOf = (path: string) => (path.startsWith('lib/') ? path.split('/')[1] : undefined)
const inCore = (path: string) => /^lib\/[^/]+\/(.*\/)?core\//.test(path)
const inStore = (path: string) => /^lib\/[^/]+\/(.*\/)?(store\/|store\.ts$)/.test(path) && !inCore(path)
const crossings = (sources: Source[], crossed: (source: Source) => string[]) =>
  sources.flatMap((source) => crossed(source).map((what) => `${source.path}: ${what}`))

describe('walls', () => {
  it('core/ is pure: data in, decision out. A rule that reads a clock or a row cannot be replayed', () => {
    const impure = /\b(Date\.now|Math\.random|randomUUID|process\.|setTimeout|setInterval|console\.)\b|\bfetch\(|new Date\(\s*\)/
    const allowed = (to: string | null, from: string, typeOnly: boolean) =>
      typeOnly || (to === null ? from === 'zod' : inCore(to) || /^lib\/(money\/|kernel\/(public-id|mode|columns|fault)$)/.test(to) || /(^|\/)core\//.test(to))
    expect(
      crossings(
        lib.filter((source) => inCore(source.path)),
        (source) => [
          ...source.imports.filter(({ from, to, typeOnly }) => !allowed(to, from, typeOnly)).map(({ from }) => `imports ${from}`),
          ...(impure.exec(source.code) ? [`uses ${impure.exec(source.code)?.[0]}`] : []),
        ],
      ),
    ).toEqual([])
  })

  it('only store and lib/db touch the database: one place per slice says what it asks of it', () => {
    expect(
      crossings(
        shipped.filter((source) => !inStore(source.path) && !source.path.startsWith('lib/db/')),
        (source) => [
          ...source.imports
            .filter(({ from, to, typeOnly }) => !typeOnly && (from === 'pg' || from.startsWith('@prisma/') || to?.startsWith('lib/db/generated')))
            .map(({ from }) => `imports ${from}`),
          ...(/\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\s+[\w"*(]/.test(source.code) ? ['holds SQL'] : []),
        ],
      ),
    ).toEqual([])
  })

  it('only lib/stripe runs the SDK: errors, keys and idempotency are handled once', () => {
    expect(
      crossings(
        shipped.filter((source) => sliceOf(source.path) !== 'stripe'),
        (source) => source.imports.filter(({ from, typeOnly }) => from === 'stripe' && !typeOnly).map(({ from }) => `imports ${from}`),
      ),
    ).toEqual([])
  })

  it('only lib/config reads the environment: it is validated once, and stops the start', () => {
    expect(
      crossings(
        shipped.filter((source) => sliceOf(source.path) !== 'config' && !source.path.startsWith('instrumentation')),
        (source) => (/process\.env/.test(source.code) ? ['reads process.env'] : []),
      ),
    ).toEqual([])
  })

  it('only lib/log prints: what is printed elsewhere is not redacted', () => {
    expect(
      crossings(
        shipped.filter((source) => sliceOf(source.path) !== 'log'),
        (source) => (/\bconsole\.(log|info|warn|error|debug)\b/.test(source.code) ? ['prints'] : []),
      ),
    ).toEqual([])
  })

  it("a slice never uses another slice's store: its verbs, queries and core types are its door", () => {
    expect(
      crossings(lib, (source) =>
        source.imports.filter(({ to }) => to !== null && inStore(`${to}.ts`) && sliceOf(to) !== sliceOf(source.path)).map(({ from }) => `imports ${from}`),
      ),
    ).toEqual([])
  })

  it('the ground floor imports no slice: everything stands on it', () => {
    const floor = lib.filter((source) => ground.includes(sliceOf(source.path) ?? ''))
    expect(
      crossings(floor, (source) =>
        source.imports.filter(({ to }) => to?.startsWith('lib/') && !ground.includes(sliceOf(to) ?? '')).map(({ from }) => `imports ${from}`),
      ),
    ).toEqual([])
  })

  it('a connector imports the contract and the ground floor: never another connector, never the database', () => {
    const connectors = lib.filter((source) => source.path.startsWith('lib/commerce/connectors/'))
    const own = (path: string) => path.split('/').slice(0, 4).join('/')
    expect(
      crossings(connectors, (source) =>
        source.imports
          .filter(
            ({ to }) =>
              to !== null &&
              own(to) !== own(source.path) &&
              !/^lib\/commerce\/(contract|errors|core\/)/.test(to) &&
              (!ground.includes(sliceOf(to) ?? '') || to.startsWith('lib/db')),
          )
          .map(({ from }) => `imports ${from}`),
      ),
    ).toEqual([])
  })

  it('app/ calls verbs and queries: no store, no SQL, no connection of its own', () => {
    expect(
      crossings(
        shipped.filter((source) => source.path.startsWith('app/')),
        (source) =>
          source.imports
            .filter(({ to }) => to !== null && (inStore(`${to}.ts`) || /^lib\/db\/(pools|rows|mirror)/.test(to)))
            .map(({ from }) => `imports ${from}`),
      ),
    ).toEqual([])
  })

  it('components/ import nothing of the server: their props are plain data', () => {
    expect(
      crossings(
        shipped.filter((source) => source.path.startsWith('components/')),
        (source) =>
          source.imports
            .filter(({ to, typeOnly }) => !typeOnly && to?.startsWith('lib/') && !inCore(to) && !to.startsWith('lib/money/'))
            .map(({ from }) => `imports ${from}`),
      ),
    ).toEqual([])
  })

  it('sandbox and product know each other only over HTTP', () => {
    expect(crossings(product, (source) => source.imports.filter(({ to }) => to?.startsWith('sandbox/')).map(({ from }) => `imports ${from}`))).toEqual([])
    expect(
      crossings(sandbox, (source) => source.imports.filter(({ to }) => /^(lib|app|components)\//.test(to ?? '')).map(({ from }) => `imports ${from}`)),
    ).toEqual([])
  })

  it('time, chance and waiting come from the ports of lib/kernel: a simulator must be able to hold them', () => {
    // The clock of a socket itself is the network's.
    const raw = /\bDate\.now\b|new Date\(\s*\)|Math\.random|randomUUID|(?<!stream\.)\bsetTimeout\b|\bsetInterval\b/
    expect(
      crossings(
        lib.filter((source) => !['kernel', 'edge'].includes(sliceOf(source.path) ?? '')),
        (source) => (raw.exec(source.code) ? [`uses ${raw.exec(source.code)?.[0]}`] : []),
      ),
    ).toEqual([])
  })

  it('no folder is a dump, no file a barrel', () => {
    expect(
      shipped.filter((source) => /(^|\/)(utils?|helpers?|misc|common|shared)(\/|\.tsx?$)|(^|\/)index\.tsx?$/.test(source.path)).map((source) => source.path),
    ).toEqual([])
  })

  it('there is no import circle', () => {
    const graph = new Map(
      shipped.map((source) => [
        source.path,
        source.imports.flatMap(({ to, typeOnly }) =>
          to === null || typeOnly ? [] : [`${to}.ts`, `${to}.tsx`, to].filter((path) => shipped.some((other) => other.path === path)),
        ),
      ]),
    )
    const done = new Set<string>()
    const circles: string[] = []
    const visit = (path: string, trail: string[]): void => {
      if (trail.includes(path)) return void circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
      if (done.has(path)) return
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
      done.add(path)
    }
    for (const path of graph.keys()) visit(path, [])
    expect(circles).toEqual([])
  })
})

describe('shape', () => {
  it('each slice has a one-screen README', () => {
    const slices = readdirSync(join(root, 'lib')).filter(
      (name) => statSync(join(root, 'lib', name)).isDirectory() && !ground.includes(name) && name !== 'decisions',
    )
    const missing = slices.filter((name) => !readdirSync(join(root, 'lib', name)).includes('README.md'))
    expect(missing).toEqual([])
    expect(slices.filter((name) => readFileSync(join(root, 'lib', name, 'README.md'), 'utf8').split('\n').length > 80)).toEqual([])
  })

  it('raw SQL is never put together from values', () => {
    const unsafe = shipped.filter((source) => /\$(queryRawUnsafe|executeRawUnsafe)/.test(source.code) && !source.path.startsWith('lib/db/'))
    expect(unsafe.map((source) => source.path)).toEqual([])
  })
})
