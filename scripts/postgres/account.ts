import { chownSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** The system user that runs the database server. Empty: ourselves. */
export type Account = { uid?: number; gid?: number }

/** PostgreSQL refuses to run as root, so root drops to `nobody`, which exists everywhere; anyone else runs it as themselves. */
export function serverAccount(): Account {
  if (process.getuid?.() !== 0) return {}
  const nobody = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find((fields) => fields[0] === 'nobody')
  // On macOS these ids read -2 in the file and wrap around in the kernel.
  return { uid: Number(nobody?.[2] ?? 65534) >>> 0, gid: Number(nobody?.[3] ?? 65534) >>> 0 }
}

/** Whether the account can pass every parent folder of `path` (and so open what it owns there). Parents that do not exist yet do not hinder. */
export function canReach(account: Account, path: string): boolean {
  if (account.uid === undefined) return true
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (((statSync(folder, { throwIfNoEntry: false })?.mode ?? 0o001) & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/** Hands a file or folder to the account; nothing to do when that is ourselves. */
export function handOver(account: Account, path: string): void {
  if (account.uid !== undefined && account.gid !== undefined) chownSync(path, account.uid, account.gid)
}
