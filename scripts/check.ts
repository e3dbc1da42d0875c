/** `npm run check [types|lint|unit]`: what can be known in under a minute: types, lint and the pure tests. */
import { generateClient } from './prisma/generate'
import { lint, types, vitest } from './testing/parts'
import { report } from './testing/report'

const began = performance.now()
const parts = { types, lint, unit: () => vitest('unit') }
const asked = process.argv.slice(2)
await generateClient()
report(await Promise.all(Object.entries(parts).flatMap(([name, run]) => (asked.length === 0 || asked.includes(name) ? [run()] : []))), began)
