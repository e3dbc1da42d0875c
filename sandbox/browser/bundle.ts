import { buildSync } from 'esbuild'
import { fileURLToPath } from 'node:url'

/**
 * Bundles one of this folder's browser programs into a plain script, in some 50 ms. Throws esbuild's message when it
 * does not compile. Synchronous, because esbuild's asynchronous API leaves a helper process running.
 */
export function bundleScript(entry: 'host/stripe.ts' | 'frame/payment.ts' | 'frame/challenge.ts'): string {
  const result = buildSync({
    entryPoints: [fileURLToPath(new URL(`./${entry}`, import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    legalComments: 'none',
    logLevel: 'silent',
  })
  const output = result.outputFiles[0]
  if (!output) throw new Error(`nothing was bundled from ${entry}`)
  return output.text
}
