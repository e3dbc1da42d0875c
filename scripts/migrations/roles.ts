import pg from 'pg'
import { codeOf, Sentence } from '../sentence'

/** Whom the policies name: requests of one tenant, and work that crosses tenants. */
const APP = 'matchbook_app'
const WORKER = 'matchbook_worker'

/**
 * A login of the running product: its connection string and the group whose rights it gets. `own`: it is
 * nobody else's, so its password may be set.
 */
export type Login = { url: string; group: typeof APP | typeof WORKER; own: boolean }

/** The logins of a product, from its two connection strings. */
export function productLogins(appUrl: string, workerUrl: string, own: { app: boolean; worker: boolean }): Login[] {
  return [
    { url: appUrl, group: APP, own: own.app },
    { url: workerUrl, group: WORKER, own: own.worker },
  ]
}

/**
 * Makes the group roles that migrations grant to. Roles belong to the whole server, so several
 * databases (tests) may come here at the same moment: whoever is second finds them.
 * The owner joins the worker group: forced row security would otherwise hide every row from a
 * migration that has to change data.
 */
export async function ensureGroups(client: pg.Client): Promise<void> {
  for (const group of [APP, WORKER]) {
    await again(() =>
      client.query(`
        DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${group}') THEN
            CREATE ROLE ${group} NOLOGIN NOSUPERUSER NOBYPASSRLS;
          END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$`),
    )
  }
  const { rows } = await client.query<{ member: boolean }>(`SELECT pg_has_role(current_user, '${WORKER}', 'USAGE') AS member`)
  if (!rows[0]?.member) await again(() => client.query(`GRANT ${WORKER} TO CURRENT_USER`))
}

/** Lets the groups into the schema and nobody else create there; table rights are part of each migration. */
export async function grantSchema(client: pg.Client): Promise<void> {
  await again(() => client.query(`GRANT USAGE ON SCHEMA public TO ${APP}, ${WORKER}`))
  await again(() => client.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC')).catch((error: unknown) => {
    if (codeOf(error) !== '42501') throw error // A schema of somebody else's: its owner decides.
  })
}

/**
 * Makes the login when it is missing (our own also gets its password set) and puts it into its group.
 * Throws a Sentence with the SQL to run when the owner may not do that, or when the login would see
 * past row level security.
 */
export async function ensureLogin(client: pg.Client, login: Login): Promise<void> {
  const url = new URL(login.url)
  const [name, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)]
  if (name === '') throw new Sentence(`A database connection string has no user name: ${url.host}${url.pathname} needs one for ${login.group}.`)
  const role = pg.escapeIdentifier(name)
  const { rows } = await client.query<{ safe: boolean; owner: boolean }>(
    `SELECT NOT (rolsuper OR rolbypassrls) AS safe, rolname = current_user AS owner FROM pg_roles WHERE rolname = $1`,
    [name],
  )
  const found = rows[0]
  if (found && (found.owner || !found.safe)) {
    throw new Sentence(
      `The database user ${name} ${found.owner ? 'owns the tables' : 'bypasses row level security'}: give DATABASE_URL a plain login of its own, as .env.example shows.`,
    )
  }
  const access = `LOGIN PASSWORD ${pg.escapeLiteral(password)}`
  await orExplain(`CREATE ROLE ${role} LOGIN PASSWORD '...'; GRANT ${login.group} TO ${role};`, async () => {
    if (!found) await again(() => client.query(`CREATE ROLE ${role} NOSUPERUSER NOBYPASSRLS ${access}`))
    else if (login.own) await again(() => client.query(`ALTER ROLE ${role} ${access}`))
    const member = await client.query<{ member: boolean }>(`SELECT pg_has_role($1, '${login.group}', 'USAGE') AS member`, [name])
    if (!member.rows[0]?.member) await again(() => client.query(`GRANT ${login.group} TO ${role}`))
  })
  if (login.group === APP && (await isMember(client, name, WORKER))) {
    throw new Sentence(`The database user ${name} of DATABASE_URL is also a member of ${WORKER} and would see every tenant: run REVOKE ${WORKER} FROM ${role};`)
  }
}

async function isMember(client: pg.Client, name: string, group: string): Promise<boolean> {
  const { rows } = await client.query<{ member: boolean }>('SELECT pg_has_role($1, $2, $3) AS member', [name, group, 'USAGE'])
  return rows[0]?.member === true
}

async function orExplain(sql: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (codeOf(error) !== '42501') throw error
    throw new Sentence(`The owner of the database may not make its logins: run as an administrator ${sql}`)
  }
}

/** Changes of the shared role catalog can meet another session's ("tuple concurrently updated"): try again. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const met = codeOf(error) === 'XX000' || codeOf(error) === '42710' || codeOf(error) === '23505'
      if (!met || attempt === 10) throw error
      await new Promise((resolve) => setTimeout(resolve, 20 * attempt))
    }
  }
}
