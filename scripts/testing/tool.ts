import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../paths'
import { endOf } from '../stack/child'

/** How a tool ended, and what it printed when that was kept back. */
export type ToolEnd = { ok: boolean; output: string }

/**
 * Runs a tool of node_modules; it ends with us. With `quiet` its output is kept and returned, so that tools
 * that run side by side do not mix theirs.
 */
export async function runTool(
  path: string,
  args: string[],
  { quiet = false, env = {} }: { quiet?: boolean; env?: Record<string, string> } = {},
): Promise<ToolEnd> {
  const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
  const child = spawn(process.execPath, ['--import', join(root, 'scripts/die-with-parent.mjs'), join(root, 'node_modules', path), ...args], {
    cwd: root,
    env: { ...process.env, ...color, ...env, NEXT_TELEMETRY_DISABLED: '1' },
    stdio: quiet ? ['pipe', 'pipe', 'pipe'] : ['pipe', 'inherit', 'inherit'],
  })
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const how = await endOf(child)
  await closed
  return { ok: how === 0, output: how === 0 ? output : `${output}\n(${path} ended with ${how})\n` }
}
