import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../paths'
import { missingPlatformPackages, platformEntry } from './platform-packages'
import type { LockPackages } from './platform-packages'

test('npm ci can install from package-lock.json: no optional package is left out (else: npm run lock)', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: LockPackages }
  expect(missingPlatformPackages(packages).map(({ name }) => name)).toEqual([])
})

test('an optional package counts where node would find it', () => {
  const packages: LockPackages = {
    '': {},
    'node_modules/a': { version: '1.0.0', optionalDependencies: { 'a-linux-x64-musl': '1.0.0', 'a-win32-ia32-msvc': '1.0.0' }, license: 'MIT' },
    'node_modules/b/node_modules/c': { version: '1.0.0', optionalDependencies: { 'a-linux-x64-musl': '1.0.0', 'c-wasm32-wasi': '2.0.0' }, dev: true },
    'node_modules/a-linux-x64-musl': { version: '1.0.0' },
  }
  const missing = missingPlatformPackages(packages)
  expect(missing.map(({ name }) => name)).toEqual(['a-win32-ia32-msvc', 'c-wasm32-wasi'])
  expect(missing.map(platformEntry)).toEqual([
    { version: '1.0.0', cpu: ['ia32'], os: ['win32'], license: 'MIT', optional: true },
    { version: '2.0.0', cpu: ['wasm32'], dev: true, license: undefined, optional: true },
  ])
})
