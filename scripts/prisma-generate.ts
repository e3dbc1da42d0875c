/** `npm run db:generate`: the typed database client, from prisma/schema into lib/db/generated. */
import { generateClient } from './prisma/generate'

process.stdout.write((await generateClient()) ? 'Generated lib/db/generated.\n' : 'lib/db/generated is up to date.\n')
