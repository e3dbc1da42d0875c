/** `npm run build`: the typed database client and the web part, where their sources changed. `npm start` does it by itself. */
import { join } from 'node:path'
import { generateClient } from './prisma/generate'
import { buildWeb } from './stack/build'
import { dataFolder, makeDataFolder } from './stack/data-folder'
import { shownProgress } from './steps'

makeDataFolder(dataFolder())
const { step } = shownProgress()
await step('Database client', generateClient, (made) => (made ? 'generated' : 'up to date'))
await step(
  'Web build',
  () => buildWeb(join(dataFolder(), 'logs')),
  (made) => (made ? 'built' : 'up to date'),
)
