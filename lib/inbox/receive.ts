import { clock } from '@/lib/kernel/clock'
import { codeOf } from '@/lib/kernel/fault'
import { newId } from '@/lib/kernel/id'
import { once } from '@/lib/kernel/once'
import { sha256 } from '@/lib/kernel/seal'
import { log } from '@/lib/log/log'
import { verifySignature } from '@/lib/stripe/signature'
import { readEnvelope, type Envelope } from './core/event'
import { isMeantFor } from './core/place'
import { bucketOf, scopeOf } from './core/scope'
import { findEndpoint, type Endpoint } from './endpoints'
import { noteRefusal } from './refusals'
import { shareStatements, type Shared } from './share-statements'
import { insertDeliveries, isRowsFault, noteDuplicate, type Delivery } from './store/deliveries'
import { silently, takeWake, wakeSoon } from './wake'

/** `wait`: whole seconds after which the sender should come again (429). */
export type Received = { status: 200 | 400 | 404 | 429 | 503; code: string; message: string; wait?: number }

export type Incoming = {
  endpoint_id: string
  /** The header `Stripe-Signature`. */
  signature: string | null
  /** Where it comes from, for counting failures; asked only when there is one. */
  from?: () => string
  /** The bytes as they were sent, or how to read them: what can be refused without them is refused before. */
  body: Buffer | (() => Promise<Buffer>)
}

/** What our addresses look like: anything else is nobody's, without asking the database. */
const endpointShape = /^[a-z]{2,16}_[A-Za-z0-9_-]{1,64}$/

/**
 * Statements under way at once, rows and bytes in one. With one flight a delivery that just missed it waits a whole
 * commit of others, and with two, few senders still wait for the disk while the processor idles; each further flight
 * makes the statements smaller, and rows dearer, on both sides of the wire. A statement costs us as much as six rows.
 */
const inserts = (): Shared<Delivery, boolean> =>
  once('delivery-inserts', () =>
    shareStatements({
      flights: 4,
      worth: 4,
      sizes: [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 64, 80, 100],
      bytes: 1_000_000,
      weigh: ({ body }) => body.length,
      isRowsFault,
      run: insertAndWake,
    }),
  )

/** The drain is woken by the statement that stores what it is to fold: one that is sent afterwards costs as much as a row. */
async function insertAndWake(rows: Delivery[]): Promise<boolean[]> {
  const wake = takeWake()
  try {
    const first = await insertDeliveries(rows, { wake: wake !== null })
    if (first.includes(true)) (wake ?? silently).stored()
    else wake?.lost()
    return first
  } catch (error) {
    wake?.lost()
    throw error
  }
}

/**
 * Takes one delivery: signature on the raw bytes with the secrets of that endpoint, one durable row, then the answer.
 * A 200 means that the row survives a kill. Everything else waits for the drain. Deliveries that arrive together share
 * an INSERT; a lone one does not wait.
 * @throws what reading the body throws, and what the database throws when it is down; the caller answers 503, so that
 * Stripe delivers again.
 */
export async function receive(incoming: Incoming): Promise<Received> {
  const { endpoint_id, signature, from = nowhere } = incoming
  if (!endpointShape.test(endpoint_id)) return nobody
  if (signature === null || signature.trim() === '') return refused(endpoint_id, from, 'no_header')
  const endpoint = await findEndpoint(endpoint_id)
  if (!endpoint) return nobody
  if (endpoint.secrets.length === 0 || endpoint.state !== 'active') return withoutSecret

  const body = Buffer.isBuffer(incoming.body) ? incoming.body : await inserts().ahead(incoming.body)
  if (body.length === 0) return refused(endpoint.id, from, 'body_empty')
  const reason = await whyUnverified(endpoint, body, signature)
  if (reason !== null) return refused(endpoint.id, from, reason)
  const envelope = readEnvelope(parse(body))
  if (!envelope) return unreadable(endpoint.id, from)

  return store(deliveryOf(envelope, endpoint, body), from)
}

const nobody: Received = { status: 404, code: 'endpoint_unknown', message: 'There is no webhook endpoint at this address.' }
const withoutSecret: Received = { status: 503, code: 'endpoint_without_secret', message: 'This webhook endpoint has no signing secret yet.' }
const stored: Received = { status: 200, code: 'received', message: 'Stored.' }

const nowhere = (): string => 'unknown'

function refused(endpointId: string, from: () => string, reason: string): Received {
  const { wait } = noteRefusal(endpointId, from(), reason)
  if (wait > 0) return { status: 429, code: 'too_many_failures', message: 'Too many deliveries were refused lately.', wait }
  return { status: 400, code: 'signature_invalid', message: `The signature does not hold: ${reason}.` }
}

/** Signed rightly and no event: counted, so that it is seen, and never told to wait. */
function unreadable(endpointId: string, from: () => string): Received {
  noteRefusal(endpointId, from(), 'body_unreadable')
  return { status: 400, code: 'body_unreadable', message: 'The body is not a Stripe event.' }
}

/** Null when the signature holds. When it does not, the secret may have been replaced since the endpoint was read. */
async function whyUnverified(endpoint: Endpoint, body: Buffer, signature: string): Promise<string | null> {
  const nowSeconds = Math.floor(clock.wallMs() / 1000)
  const verified = verifySignature(body, signature, endpoint.secrets, nowSeconds)
  if (verified.ok) return null
  if (verified.reason !== 'no_match') return verified.reason
  const again = await findEndpoint(endpoint.id, { doubtful: true })
  if (!again || again.loaded_ms === endpoint.loaded_ms) return verified.reason
  const second = verifySignature(body, signature, again.secrets, nowSeconds)
  return second.ok ? null : second.reason
}

function deliveryOf(envelope: Envelope, endpoint: Endpoint, body: Buffer): Delivery {
  const mode = envelope.livemode ? 'live' : 'test'
  const account_id = envelope.account ?? endpoint.account_id ?? 'platform'
  // What reached an endpoint that it is not meant for keeps to itself: it must not take the place of the true delivery.
  const scope = isMeantFor(endpoint, { account_id, mode }) ? scopeOf(account_id, mode) : `${endpoint.id}/${scopeOf(account_id, mode)}`
  return {
    bucket: bucketOf(scope),
    id: newId(),
    scope,
    event_id: envelope.event_id,
    endpoint_id: endpoint.id,
    mode,
    account_id,
    type: envelope.type,
    object_id: envelope.object_id,
    api_version: envelope.api_version,
    created_at: envelope.created_at,
    body,
    body_sha256: sha256(body),
    received_at: clock.now(),
  }
}

async function store(row: Delivery, from: () => string): Promise<Received> {
  try {
    if (await inserts().send(row)) {
      wakeSoon()
      return stored
    }
  } catch (error) {
    // SQLSTATE class 22: a value that no column of ours can hold, such as a NUL or a year beyond the calendar. It never will.
    if (codeOf(error)?.startsWith('22')) return unreadable(row.endpoint_id, from)
    throw error
  }
  const alarm = await noteDuplicate(row)
  if (alarm) log().error({ event: row.event_id, endpoint: row.endpoint_id, alarm }, 'a repeated event differs from the one stored first')
  return stored
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return null
  }
}
