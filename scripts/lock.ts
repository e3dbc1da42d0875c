/** `npm run lock`, after `npm install`: puts platform packages that the registry did not serve into package-lock.json. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { missingPlatformPackages, platformEntry } from './lock/platform-packages'
import type { LockPackages } from './lock/platform-packages'
import { root } from './paths'

const file = join(root, 'package-lock.json')
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: LockPackages }
const missing = missingPlatformPackages(lock.packages)
for (const one of missing) lock.packages[`node_modules/${one.name}`] = platformEntry(one)
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')))
if (missing.length) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
process.stdout.write(missing.length ? `Added ${missing.length} packages of other platforms.\n` : 'Complete.\n')
