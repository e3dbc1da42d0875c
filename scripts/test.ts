/** `npm test [types|lint|vitest|browser]`: everything. The last line counts what passed and failed. */
import { generateClient } from './prisma/generate'
import { browser, lint, types, vitest } from './testing/parts'
import type { Outcome } from './testing/parts'
import { report } from './testing/report'

const began = performance.now()
const asked = process.argv.slice(2)
const wanted = (name: string): boolean => asked.length === 0 || asked.includes(name)
await generateClient()
const outcomes: Outcome[] = []
outcomes.push(...(await Promise.all([...(wanted('types') ? [types()] : []), ...(wanted('lint') ? [lint()] : [])])))
if (wanted('vitest')) outcomes.push(await vitest('unit', 'sandbox', 'database'))
if (wanted('browser')) outcomes.push(await browser())
report(outcomes, began)
