import { PrismaPg } from '@prisma/adapter-pg'
import type { PoolClient } from 'pg'
import { PrismaClient, type Prisma } from './generated/client'
import { Fault } from '@/lib/kernel/fault'
import { isUuid } from '@/lib/kernel/id'
import type { Mode } from '@/lib/kernel/mode'
import { once } from '@/lib/kernel/once'
import { appPool } from './pools'

/** Who asks, for what: made from a credential alone (session + membership, API key, pay token), never from a body or URL. */
export type Scope = { tenant_id: string; mode: Mode }
export type Tx = Prisma.TransactionClient

function prisma(): PrismaClient {
  return once('prisma', () => new PrismaClient({ adapter: new PrismaPg(appPool(), { disposeExternalPool: false }) }))
}

/**
 * The one way to a tenant's rows: a transaction in which row level security shows this tenant alone. SET LOCAL is a
 * statement of its own because Citus forwards nothing else; it takes no parameter, so the id is checked first.
 */
export async function withTenant<T>(scope: Pick<Scope, 'tenant_id'>, work: (tx: Tx) => Promise<T>, options: { timeout?: number } = {}): Promise<T> {
  const id = checked(scope.tenant_id)
  return prisma().$transaction(
    async (tx) => {
      await tx.$executeRawUnsafe(`SET LOCAL app.tenant_id = '${id}'`)
      return work(tx)
    },
    { maxWait: 5_000, timeout: options.timeout ?? 10_000 },
  )
}

/** As withTenant, on a bare connection, in a read-only snapshot: for COPY, which Prisma loses. The caller releases. */
export async function tenantSnapshot(scope: Pick<Scope, 'tenant_id'>): Promise<{ client: PoolClient; release(error?: Error): void }> {
  const id = checked(scope.tenant_id)
  const client = await appPool().connect()
  try {
    await client.query('BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ')
    await client.query(`SET LOCAL app.tenant_id = '${id}'`)
  } catch (error) {
    client.release(true)
    throw error
  }
  return { client, release: (error) => client.release(error) }
}

/** Global tables only (user, session, membership, webhook endpoints, the account map): no tenant is set. */
export function globalDb(): Pick<
  PrismaClient,
  'user' | 'session' | 'membership' | 'signInThrottle' | 'webhookEndpoint' | 'stripeAccount' | 'tenant' | 'workerHeartbeat' | '$queryRaw' | '$transaction'
> {
  return prisma()
}

function checked(id: string): string {
  if (!isUuid(id)) throw new Fault('tenant_invalid', 500, 'A tenant id is not a uuid.')
  return id
}
