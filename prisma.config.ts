import { fileURLToPath } from 'node:url'
import { defineConfig } from 'prisma/config'

// The CLI insists on a native engine before it reads a schema, and would download it from a host
// that a registry-only machine cannot reach. generate, validate and format never start it.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(new URL('./scripts/prisma/engine-stub.sh', import.meta.url))
process.env.CHECKPOINT_DISABLE ??= '1'

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_OWNER_URL ?? 'postgresql://localhost/matchbook' },
})
