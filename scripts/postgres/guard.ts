import { spawn } from 'node:child_process'
import type { Account } from './account'

/**
 * A shell of 2 MB that waits for the end of a pipe only we hold. When this process is gone, also by
 * kill -9, the pipe ends and the shell asks the server to stop; with `remove` it then deletes that folder.
 */
export function startGuard(pid: number, account: Account, remove = ''): { release(): void } {
  const script = 'trap "" INT TERM HUP; cat >/dev/null; kill -INT "$0"; [ -z "$1" ] && exit; while kill -0 "$0" 2>/dev/null; do sleep 0.1; done; rm -rf "$1"'
  const guard = spawn('/bin/sh', ['-c', script, String(pid), remove], {
    cwd: '/',
    uid: account.uid,
    gid: account.gid,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.on('error', () => {})
  guard.stdin.on('error', () => {})
  guard.unref()
  ;(guard.stdin as unknown as { unref?: () => void }).unref?.()
  return {
    // The server is gone: its number may soon belong to another program, so the guard must not signal it any more.
    release: () => void guard.kill('SIGKILL'),
  }
}
