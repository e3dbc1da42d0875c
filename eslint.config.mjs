import { defineConfig, globalIgnores } from 'eslint/config'
import vitals from 'eslint-config-next/core-web-vitals'
import typescript from 'eslint-config-next/typescript'

const ports = 'go through the ports of lib/kernel, so that a simulation can stand in for it'

const noClock = [
  { object: 'Date', property: 'now', message: `Time must ${ports}: clock.now().` },
  { object: 'Math', property: 'random', message: `Randomness must ${ports}.` },
  { object: 'performance', property: 'now', message: `Time must ${ports}.` },
  { object: 'crypto', property: 'randomUUID', message: `Ids must ${ports}: lib/kernel/id.ts.` },
  { object: 'crypto', property: 'getRandomValues', message: `Randomness must ${ports}.` },
  { object: 'process', property: 'hrtime', message: `Time must ${ports}.` },
  { object: 'AbortSignal', property: 'timeout', message: `Timers must ${ports}: clock.sleep().` },
  { object: 'globalThis', property: 'fetch', message: `The network must ${ports}: lib/outbound, lib/stripe.` },
]
const noTimers = ['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({ name, message: `Timers must ${ports}.` }))
const noNetwork = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'].map((name) => ({
  name,
  message: `The network must ${ports}: lib/outbound, lib/stripe.`,
}))
const noSockets = {
  patterns: [
    {
      regex: '^(undici|(node:)?(http|https|http2|net|tls|dgram|dns)(/promises)?)$',
      allowTypeImports: true,
      message: `Sockets are opened by lib/outbound alone; the network must ${ports}.`,
    },
  ],
}
const noEnvironment = { object: 'process', property: 'env', message: 'Only lib/config reads the environment.' }
const noNow = {
  selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
  message: `Time must ${ports}: clock.now().`,
}
const noDateCall = { selector: 'CallExpression[callee.name="Date"]', message: `Time must ${ports}: clock.now().` }
const noRandomImport = {
  selector:
    'ImportDeclaration[source.value=/^(node:)?(crypto|timers|timers\\u002Fpromises)$/] ImportSpecifier[imported.name=/^(randomUUID|randomBytes|randomInt|setTimeout|setInterval|setImmediate)$/]',
  message: `Randomness and timers must ${ports}.`,
}
const noEnvironmentImport = {
  selector: 'ImportDeclaration[source.value=/^(node:)?process$/] ImportSpecifier[imported.name="env"]',
  message: 'Only lib/config reads the environment.',
}
const tests = ['**/*.test.{ts,tsx}', '**/*.test-support.ts']

export default defineConfig([
  globalIgnores(['.next/**', '.matchbook/**', 'node_modules/**', 'lib/db/generated/**', 'next-env.d.ts', 'test-results/**', 'playwright-report/**']),
  ...vitals,
  ...typescript,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true, 'ts-ignore': true, 'ts-nocheck': true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    name: 'matchbook/print through lib/log, configure through lib/config',
    files: ['app/**', 'components/**', 'lib/**', '*.ts'],
    ignores: ['*.config.ts', ...tests],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': ['error', noEnvironment],
      'no-restricted-syntax': ['error', noEnvironmentImport],
    },
  },
  {
    name: 'matchbook/clock, randomness and timers through lib/kernel',
    files: ['lib/**'],
    ignores: ['lib/kernel/**', ...tests],
    rules: {
      'no-restricted-properties': ['error', noEnvironment, ...noClock],
      'no-restricted-globals': ['error', ...noTimers, ...noNetwork],
      'no-restricted-syntax': ['error', noNow, noDateCall, noRandomImport, noEnvironmentImport],
      '@typescript-eslint/no-restricted-imports': ['error', noSockets],
    },
  },
  {
    name: 'matchbook/lib/config reads the environment',
    files: ['lib/config/**', 'instrumentation.ts'],
    rules: { 'no-restricted-properties': ['error', ...noClock] },
  },
  {
    name: 'matchbook/lib/outbound opens sockets, lib/edge listens',
    files: ['lib/outbound/**', 'lib/edge/**'],
    ignores: tests,
    rules: { '@typescript-eslint/no-restricted-imports': 'off' },
  },
  {
    name: 'matchbook/the clock of a sandbox is asked for before there is one',
    files: ['lib/config/follow-sandbox.ts'],
    rules: {
      'no-restricted-globals': ['error', ...noTimers],
      'no-restricted-properties': ['error', ...noClock.filter(({ property }) => property !== 'timeout')],
    },
  },
  { name: 'matchbook/lib/log prints', files: ['lib/log/**'], rules: { 'no-console': 'off' } },
])
