import { accessSync, chmodSync, constants, existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { root } from '../paths'
import { Sentence, textOf } from '../sentence'

/** Where everything that a run leaves behind lives: MATCHBOOK_DATA_DIR, else `.matchbook` in the checkout. */
export function dataFolder(): string {
  return resolve(process.env.MATCHBOOK_DATA_DIR || join(root, '.matchbook'))
}

/** Makes the folder; throws a Sentence when it cannot be written. */
export function makeDataFolder(folder: string): void {
  try {
    const isNew = !existsSync(folder)
    mkdirSync(join(folder, 'logs'), { recursive: true })
    accessSync(folder, constants.W_OK | constants.X_OK)
    // Others may pass to what they own inside (the database server of a root user), and list nothing.
    if (isNew) chmodSync(folder, 0o711)
  } catch (error) {
    throw new Sentence(
      `The data folder ${folder} cannot be written (${textOf(error)}): make it yours with sudo chown -R "$USER" "${folder}", or set MATCHBOOK_DATA_DIR to another folder.`,
    )
  }
}
