import pg from 'pg'
import { withClient } from './connect'

/**
 * Makes the owner and its database on a server of ours (idempotent). The owner is no superuser, as on a
 * hosted database: what only works for a superuser must fail here first.
 */
export async function makeOwner(adminUrl: string, ownerUrl: string): Promise<void> {
  const url = new URL(ownerUrl)
  const role = pg.escapeIdentifier(decodeURIComponent(url.username))
  const database = decodeURIComponent(url.pathname.slice(1))
  const attributes = `LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB CREATEROLE PASSWORD ${pg.escapeLiteral(decodeURIComponent(url.password))}`
  await withClient(adminUrl, async (client) => {
    const roles = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [decodeURIComponent(url.username)])
    await client.query(`${roles.rowCount ? 'ALTER' : 'CREATE'} ROLE ${role} ${attributes}`)
    const databases = await client.query('SELECT FROM pg_database WHERE datname = $1', [database])
    if (!databases.rowCount) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)} OWNER ${role}`)
  })
}
