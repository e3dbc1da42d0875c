import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

/** Bundles one of this folder's browser programs into a plain script. Rejects with esbuild's message when it does not compile. */
export async function bundleScript(entry: 'host/stripe.ts' | 'frame/payment.ts' | 'frame/challenge.ts'): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(`./${entry}`, import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const output = result.outputFiles[0];
  if (!output) throw new Error(`nothing was bundled from ${entry}`);
  return output.text;
}
