/** `npm run reset`: empties the data folder: database, sandbox, secrets, logs. Stops nothing that runs. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Sentence, textOf } from './sentence'
import { removeDatabase } from './stack/database'
import { dataFolder } from './stack/data-folder'
import { whoRuns } from './stack/running'

const folder = dataFolder()
for (const dataDir of [folder, join(folder, 'test'), join(folder, 'live')]) {
  const running = whoRuns(dataDir)
  if (running) throw new Sentence(`Matchbook runs from this folder (process ${running.pid}): stop it with Ctrl-C first, then reset.`)
}
try {
  if (existsSync(folder)) {
    await removeDatabase(folder)
    await removeDatabase(join(folder, 'test'))
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true })
  }
  process.stdout.write(`${folder} is empty: npm start begins afresh.\n`)
} catch (error) {
  throw new Sentence(`${folder} could not be emptied (${textOf(error)}): remove it as the user who ran npm start.`)
}
