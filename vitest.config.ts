import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const elsewhere = ['**/node_modules/**', '**/.next/**', '**/.matchbook/**', 'e2e/**']
const shared = { environment: 'node' as const, testTimeout: 20_000, hookTimeout: 30_000, restoreMocks: true, unstubEnvs: true }

export default defineConfig({
  resolve: { alias: { '@/': fileURLToPath(new URL('./', import.meta.url)) } },
  test: {
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        // Pure: no database, no network. The fast subset.
        test: { ...shared, name: 'unit', include: ['**/*.test.{ts,tsx}'], exclude: [...elsewhere, '**/*.db.test.ts', 'sandbox/**'] },
      },
      {
        extends: true,
        // Some of it in a real browser.
        test: {
          ...shared,
          name: 'sandbox',
          include: ['sandbox/**/*.test.ts'],
          exclude: [...elsewhere, '**/*.db.test.ts'],
          globalSetup: './scripts/testing/vitest-chromium.ts',
        },
      },
      {
        extends: true,
        // Real PostgreSQL; each file makes its own database with scripts/test-database.ts.
        test: {
          ...shared,
          name: 'database',
          include: ['**/*.db.test.ts'],
          exclude: elsewhere,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          globalSetup: './scripts/testing/vitest-server.ts',
        },
      },
    ],
  },
})
