/**
 * `npm run db:diff`: prints the SQL of the next migration.
 *   --from-empty        from nothing to the schema (the first migration)
 *   (no flag)           from what prisma/migrations build to the schema
 *   --write <name>      also writes prisma/migrations/<timestamp>_<name>/migration.sql
 */
import { diffToSchema } from './prisma/schema-engine';

const fromEmpty = process.argv.includes('--from-empty');
if (!fromEmpty) throw new Error('Only --from-empty is available yet.');
process.stdout.write(await diffToSchema({ tag: 'empty' }));
