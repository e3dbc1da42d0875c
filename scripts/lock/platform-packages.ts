/** What we read of one entry of package-lock.json. */
export type LockEntry = {
  version?: string
  license?: string
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

/** The `packages` part of package-lock.json: path to entry. */
export type LockPackages = Record<string, LockEntry>

/** A package for one platform that another names as optional, and that the lock file does not hold. */
export type Missing = { name: string; version: string; by: LockEntry }

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']

/**
 * npm leaves an optional package out of the lock file when the registry that it locked against does not serve it,
 * and `npm ci` then refuses that lock file on every machine.
 */
export function missingPlatformPackages(packages: LockPackages): Missing[] {
  return Object.entries(packages).flatMap(([path, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !resolves(packages, path, name))
      .map(([name, version]) => ({ name, version, by: entry })),
  )
}

/** An entry for a missing one: its platform is told by its name. Without a checksum, which only its registry knows. */
export function platformEntry({ name, version, by }: Missing): LockEntry {
  const words = name.split('/').at(-1)?.split('-') ?? []
  const os = words.find((word) => SYSTEMS.includes(word))
  const cpu = words.find((word) => PROCESSORS.includes(word))
  if (!cpu || (!os && cpu !== 'wasm32')) throw new Error(`${name} does not tell its platform: lock it by hand`)
  const libc = words.at(-1) === 'musl' ? ['musl'] : words.at(-1) === 'gnu' ? ['glibc'] : undefined
  return { version, cpu: [cpu], ...(by.dev ? { dev: true } : {}), ...(libc ? { libc } : {}), license: by.license, optional: true, ...(os ? { os: [os] } : {}) }
}

/** Whether node would find the package from there, as npm laid the tree out. */
function resolves(packages: LockPackages, from: string, name: string): boolean {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    if (packages[`${base ? `${base}/` : ''}node_modules/${name}`]) return true
    if (base === '') return false
  }
}
