import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@/scripts/paths'
import { Sentence } from '@/scripts/sentence'
import { endOf, lastLines, spawnChild } from '@/scripts/stack/child'
import { machineEnvironment } from '@/scripts/stack/environment'

const files: Record<string, string> = {
  'package.json': JSON.stringify({ private: true, type: 'module' }),
  // The product's own settings: the same answer headers cost the same.
  'next.config.mjs': `import config from '../../../next.config.mjs'\nexport default { ...config, turbopack: { root: ${JSON.stringify(root)} } }\n`,
  'app/layout.jsx': 'export default function Layout({ children }) {\n  return (\n    <html>\n      <body>{children}</body>\n    </html>\n  )\n}\n',
  'app/api/webhooks/stripe/[endpoint]/route.js': `export const dynamic = 'force-dynamic'

export async function POST(request) {
  await request.arrayBuffer()
  return new Response('{"received":true}', { status: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } })
}
`,
}

/** A Next.js app whose only route reads the body and answers: the floor under any route handler. Returns its folder, built. */
export async function emptyNextApp(logs: string): Promise<string> {
  const folder = join(root, '.matchbook/bench/empty-next')
  const next = (JSON.parse(readFileSync(join(root, 'node_modules/next/package.json'), 'utf8')) as { version: string }).version
  const stamp = JSON.stringify({ next, files, config: readFileSync(join(root, 'next.config.mjs'), 'utf8') })
  const stampFile = join(folder, 'built.json')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return folder
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const spec = { name: 'empty-next-build', logs, env: machineEnvironment(), args: [join(root, 'node_modules/next/dist/bin/next'), 'build', folder] }
  if ((await endOf(spawnChild(spec))) !== 0) throw new Sentence(`The empty Next.js app could not be built:\n\n${lastLines(spec, 30)}`)
  writeFileSync(stampFile, stamp)
  return folder
}
