// `node scripts/run.mjs <name> [arguments]`: makes sure that this machine can run scripts/<name>.ts,
// installs what package-lock.json asks for, then hands over to TypeScript in this same process.
// Nothing here may import a package, and the syntax must parse on very old Nodes.
import { spawnSync } from 'child_process'
import { accessSync, constants, existsSync, readFileSync, realpathSync } from 'fs'
import { dirname, join } from 'path'
import { fileURLToPath, pathToFileURL } from 'url'

const OLDEST_NODE = [20, 19]
const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Prints one sentence and ends the process. */
function refuse(sentence) {
  process.stderr.write(`\n  ${sentence}\n\n`)
  process.exit(1)
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return
  refuse(
    `Matchbook needs Node ${OLDEST_NODE.join('.')} or newer, this is ${process.versions.node}: ` +
      'install the current LTS from https://nodejs.org, or try `npx -y -p node@24 -- npm start`.',
  )
}

function checkFolder() {
  if (process.env.MATCHBOOK_DATA_DIR && installed()) return
  try {
    accessSync(root, constants.W_OK)
  } catch {
    refuse(`The folder ${root} cannot be written: make it yours (sudo chown -R "$USER" "${root}") or clone into one that is.`)
  }
}

/** Whether node_modules holds what package-lock.json names, for this platform. npm keeps its own list of what it installed. */
function installed() {
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
    const present = JSON.parse(readFileSync(join(root, 'node_modules/.package-lock.json'), 'utf8')).packages
    return Object.keys(wanted).every((path) => {
      if (path === '') return true
      const package_ = wanted[path]
      const here = present[path]
      if (here) return here.version === package_.version && here.integrity === package_.integrity && existsSync(join(root, path))
      return Boolean(package_.optional || package_.devOptional || (package_.dev && process.env.NODE_ENV === 'production')) && !fitsHere(package_)
    })
  } catch {
    return false
  }
}

/** Optional packages for other platforms are absent by right; one for this platform is missing. */
function fitsHere(package_) {
  if (!package_.os && !package_.cpu) return false
  const fits = (list, value) => !list || list.includes(value) || (list.some((entry) => entry[0] === '!') && !list.includes(`!${value}`))
  const libc = process.platform !== 'linux' || fits(package_.libc, isMusl() ? 'musl' : 'glibc')
  return fits(package_.os, process.platform) && fits(package_.cpu, process.arch) && libc
}

function isMusl() {
  return !process.report.getReport().header.glibcVersionRuntime
}

/** Installs the packages when they are missing or not those of package-lock.json. */
function install() {
  if (installed()) return
  const began = Date.now()
  process.stdout.write('  Installing packages (about a minute the first time) ...\n')
  const npm = process.env.npm_execpath
  const [command, first] = npm && /\.c?js$/.test(npm) ? [process.execPath, [npm]] : ['npm', []]
  const flags = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const done = spawnSync(command, [...first, ...flags], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  if (done.error && done.error.code === 'ENOENT') refuse('npm was not found: install it together with Node from https://nodejs.org.')
  if (done.status !== 0) {
    refuse('The packages could not be installed (npm says why above): check the connection to the npm registry and start again.')
  }
  process.stdout.write(`  Packages installed in ${((Date.now() - began) / 1000).toFixed(1)} s\n`)
}

/** Runs scripts/<name>.ts; an error with code 'sentence' is for a person, anything else is a defect and shows its stack. */
export function run(name) {
  checkNode()
  checkFolder()
  process.chdir(root)
  install()
  import('tsx/esm/api')
    .then(({ register }) => {
      register()
      return import(pathToFileURL(join(root, 'scripts', `${name}.ts`)).href)
    })
    .catch((error) => {
      if (error && error.code === 'sentence') refuse(error.message)
      console.error(error)
      process.exit(1)
    })
}

// Called by its own name (npm run ...), not imported by start.mjs.
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [name] = process.argv.splice(2, 1)
  if (!name || !existsSync(join(root, 'scripts', `${name}.ts`))) refuse(`There is no scripts/${name}.ts.`)
  run(name)
}
