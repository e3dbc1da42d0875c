// `npm start`. Plain JavaScript without dependencies: it has to work, or say why not, in a fresh clone.
import { run } from './run.mjs'

run('start')
