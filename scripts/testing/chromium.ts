import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright'
import { root } from '../paths'
import { Sentence } from '../sentence'

/** A Chromium on this machine: CHROMIUM_PATH, one of the usual names, or Playwright's own; undefined when there is none. */
export function presentChromium(): string | undefined {
  const named = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].flatMap((name) =>
    (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)),
  )
  const onMac = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium']
  return [process.env.CHROMIUM_PATH, ...named, ...onMac, chromium.executablePath()].find(
    (path): path is string => Boolean(path) && existsSync(path ?? '') && starts(path ?? ''),
  )
}

/**
 * Finds a Chromium or installs one: Playwright's browser, else, as root, the system's package. Remembers it in
 * CHROMIUM_PATH for every process that follows. Throws a Sentence that says what to do when nothing helps.
 */
export async function ensureChromium(): Promise<string> {
  const found = presentChromium() ?? installPlaywrights() ?? installSystems()
  if (!found) {
    throw new Sentence(
      'The browser tests need Chromium: install it (Debian: sudo apt-get install chromium; anywhere: npx playwright install --with-deps chromium), or set CHROMIUM_PATH to one.',
    )
  }
  process.env.CHROMIUM_PATH = found
  return found
}

function installPlaywrights(): string | undefined {
  process.stdout.write("  No Chromium found: trying Playwright's own ...\n")
  spawnSync(process.execPath, [join(root, 'node_modules/playwright/cli.js'), 'install', 'chromium'], { cwd: root, stdio: 'ignore', timeout: 300_000 })
  return presentChromium()
}

function installSystems(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined
  process.stdout.write('  Not to be had: installing the Debian package chromium (one to two minutes) ...\n')
  const options = { stdio: 'ignore' as const, timeout: 600_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  spawnSync('apt-get', ['update'], options)
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options)
  return presentChromium()
}

/** Some distributions put a stub under the name that only says what to install; Playwright's own may lack system libraries. */
function starts(path: string): boolean {
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0
}
