import { config } from '@/lib/config/config'
import { clock } from '@/lib/kernel/clock'
import { Fault, messageOf } from '@/lib/kernel/fault'
import { once } from '@/lib/kernel/once'
import { modes, type Mode } from '@/lib/kernel/mode'
import { seal, unseal } from '@/lib/kernel/seal'
import { log } from '@/lib/log/log'
import { apiVersion } from '@/lib/stripe/client'
import { shareStatements, type Shared } from './share-statements'
import { selectActiveEndpoints, selectEndpoints, upsertEndpoint, type EndpointRow } from './store/endpoints'

/** An endpoint as a delivery needs it: `secrets` are opened, blank ones left out, the newest first. */
export type Endpoint = Pick<EndpointRow, 'id' | 'kind' | 'mode' | 'account_id' | 'state'> & { secrets: string[]; loaded_ms: number }

/**
 * Endpoints are few and asked for by every delivery: remembered with their opened secrets for this long (wall time).
 * From `freshMs` on they are read again beside the delivery that finds them so, which does not wait for it.
 */
const rememberMs = 10_000
const freshMs = 3_000
/** After a signature that does not hold, an endpoint this old is read again: its secret may just have been replaced. */
const doubtMs = 1_000
/** Stripe signs with a secret that was replaced for a day at most: docs.stripe.com/webhooks, "Roll endpoint signing secrets". */
const formerHoldsMs = 24 * 3_600_000
/** An address that is none is remembered too, so that a flood to nowhere asks little of the database. */
const rememberNoneMs = 1_000
const mostNone = 10_000

type Desk = { known: Map<string, Endpoint>; none: Map<string, number>; asked: Map<string, Promise<Endpoint | null>>; lookUp: Shared<string, Endpoint | null> }

const desk = (): Desk =>
  once('webhook-endpoints', () => ({
    known: new Map(),
    none: new Map(),
    asked: new Map(),
    // One statement at a time, whoever asks for whatever meanwhile.
    lookUp: shareStatements({
      flights: 1,
      worth: 1,
      sizes: [1, 4, 16, 64, 256, 1024],
      bytes: Infinity,
      weigh: () => 1,
      isRowsFault: () => false,
      run: loadEndpoints,
    }),
  }))

/** The endpoint of a delivery's address as it is remembered (null: surely none), else undefined. Asks nothing of the database. */
export function rememberedEndpoint(id: string): Endpoint | null | undefined {
  const { known, none } = desk()
  const hit = known.get(id)
  if (hit && clock.wallMs() - hit.loaded_ms < rememberMs) return hit
  const missed = none.get(id)
  return missed !== undefined && clock.wallMs() - missed < rememberNoneMs ? null : undefined
}

/** The endpoint of a delivery's address, or null. `doubtful`: what is remembered did not verify; at most once a second it is read again. */
export async function findEndpoint(id: string, options: { doubtful?: boolean } = {}): Promise<Endpoint | null> {
  const hit = rememberedEndpoint(id)
  if (hit === null) return null
  if (hit) {
    const age = clock.wallMs() - hit.loaded_ms
    if (age < (options.doubtful ? doubtMs : freshMs)) return hit
    if (!options.doubtful) {
      // Should the database be away now, the INSERT says so.
      void lookUpOnce(id).catch(() => undefined)
      return hit
    }
  }
  return lookUpOnce(id)
}

function lookUpOnce(id: string): Promise<Endpoint | null> {
  const { asked, lookUp } = desk()
  const underWay = asked.get(id)
  if (underWay) return underWay
  const answer = lookUp.send(id).finally(() => asked.delete(id))
  asked.set(id, answer)
  return answer
}

async function loadEndpoints(ids: string[]): Promise<(Endpoint | null)[]> {
  const { known, none } = desk()
  const rows = new Map((await selectEndpoints(ids)).map((row) => [row.id, row]))
  return ids.map((id) => {
    const row = rows.get(id)
    known.delete(id)
    none.delete(id)
    if (!row) {
      if (none.size >= mostNone) none.clear()
      none.set(id, clock.wallMs())
      return null
    }
    const endpoint = { ...row, secrets: secretsOf(row), loaded_ms: clock.wallMs() }
    known.set(id, endpoint)
    return endpoint
  })
}

/** The usable secrets of an endpoint. One that cannot be opened is as good as none, and is told. */
function secretsOf(row: EndpointRow): string[] {
  const formerHolds = row.former_secret_until !== null && clock.wallMs() < row.former_secret_until.getTime()
  return row.secrets_sealed.slice(0, formerHolds ? 2 : 1).flatMap((sealed) => {
    try {
      const secret = unseal(config().secret, endpointSecretPlace(row.id), sealed)
      return secret.trim() === '' ? [] : [secret]
    } catch (error) {
      log().error({ endpoint: row.id }, `a webhook endpoint's secret cannot be opened: ${messageOf(error)}`)
      return []
    }
  })
}

export function endpointSecretPlace(id: string): string {
  return `global/webhook_endpoint/${id}/secret`
}

export function endpointUrl(id: string): string {
  return `${config().origin}/api/webhooks/stripe/${id}`
}

/**
 * Stores an endpoint with its signing secret. A changed secret keeps the former one beside it for a day, so that what
 * Stripe still signs with it verifies, and no longer: it may have been replaced because it leaked. The same secret again
 * prolongs nothing.
 * @throws Fault `endpoint_without_secret` 400 for a blank secret: anybody could sign with it.
 */
export async function registerEndpoint(endpoint: {
  id: string
  kind: 'account' | 'connect'
  mode: Mode
  account_id: string | null
  secret: string
  stripe_endpoint_id: string | null
}): Promise<void> {
  if (endpoint.secret.trim() === '')
    throw new Fault('endpoint_without_secret', 400, `The webhook endpoint ${endpoint.id} has a blank signing secret.`, {
      field: 'secret',
      remedy: 'Copy the signing secret (whsec_...) from the endpoint in Stripe.',
    })
  const [stored] = await selectEndpoints([endpoint.id])
  const former = stored ? secretsOf(stored) : []
  const isNew = former[0] !== endpoint.secret
  const keep = isNew ? [endpoint.secret, ...former.slice(0, 1)] : former
  const until = isNew ? new Date(clock.wallMs() + formerHoldsMs) : (stored?.former_secret_until ?? null)
  await upsertEndpoint({
    ...endpoint,
    secrets_sealed: keep.map((secret) => seal(config().secret, endpointSecretPlace(endpoint.id), secret)),
    former_secret_until: keep.length > 1 ? until : null,
    api_version: apiVersion,
    url: endpointUrl(endpoint.id),
    created_at: clock.now(),
  })
  desk().known.delete(endpoint.id)
  desk().none.delete(endpoint.id)
}

/** The platform's Connect endpoints, whose secrets come from the environment. Called when a process starts. */
export async function registerConfiguredEndpoints(): Promise<void> {
  for (const mode of modes) {
    const secret = config().stripe[mode].connectWebhookSecret
    if (secret) await registerEndpoint({ id: `connect_${mode}`, kind: 'connect', mode, account_id: null, secret, stripe_endpoint_id: null })
  }
}

/**
 * Called when a process starts that hears, or folds what was heard. A database that cannot be asked yet does not hold
 * the start up: a delivery to such an endpoint is answered 503 either way.
 * @throws Fault `endpoint_without_secret` naming the active endpoint that no delivery could be verified for.
 */
export async function refuseEndpointsWithoutSecret(): Promise<void> {
  const bare = await firstWithoutSecret().catch((error: unknown) => {
    log().warn({ error: messageOf(error) }, 'the webhook endpoints could not be looked at yet')
    return undefined
  })
  if (bare)
    throw new Fault(
      'endpoint_without_secret',
      503,
      `The webhook endpoint ${bare.id} (${bare.url}) has no usable signing secret, so that a forged delivery to it could not be told from a real one.`,
      { remedy: 'Store the signing secret that Stripe shows for it, or make the endpoint inactive, then start again.' },
    )
}

async function firstWithoutSecret(): Promise<EndpointRow | undefined> {
  return (await selectActiveEndpoints()).find((row) => secretsOf(row).length === 0)
}
