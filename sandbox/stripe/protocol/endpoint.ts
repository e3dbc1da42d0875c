import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import { decodeForm, type Form } from '../../core/http'
import type { Fault } from '../../core/faults'
import { newId } from '../../core/ids'
import type { World } from '../../core/world'
import type { Call } from '../call'
import { tablesOf } from '../tables'
import { authenticate, keyOf, type Caller } from './auth'
import { ApiError, errorJson } from './errors'
import { expand } from './expand'
import { fingerprintOf, type Claimed, type IdempotencyKeys } from './idempotency'
import { list, readParams, text, type Read, type Spec } from './params'
import { allows, permissionError } from './permissions'
import { API_VERSION } from './version'

/** One endpoint of the API. `run` is synchronous: what it changes, it changes at once. */
export interface Endpoint<S extends Spec> {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Hono path; the id in it is `:id`. */
  readonly path: string
  /** What a restricted key needs; null: nothing. */
  readonly permission: string | null
  /** True when a publishable key may call it. */
  readonly publishable?: boolean
  /** Called by stripe.js: key and account travel as the parameters `key` and `_stripe_account`. */
  readonly browser?: boolean
  /** Parameters, without `expand`. */
  readonly spec: S
  readonly run: (call: Call, params: Read<S>, id: string) => object
}

/** Keeps the spec's types while hiding them in a list of endpoints. */
export type AnyEndpoint = (router: Router) => void

/** A result that is JSON text already; it has nothing to expand. */
export class JsonText {
  constructor(readonly text: string) {}
}

export function endpoint<S extends Spec>(definition: Endpoint<S>): AnyEndpoint {
  return (router) => router.add(definition)
}

interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: Record<string, string>
}

const expandParam = list(text(), 50)
const DEFAULT_HOLD_MS = 1000
/** Answered before the idempotency key is looked at (docs.stripe.com/error-low-level): what the key did before stays unsaid. */
const doorStatuses = new Set([401, 403, 429])
type StripeContext = Context<{ Bindings: HttpBindings }>

/** Runs requests through authentication, permissions, faults, idempotency, parameters, execution, expansion. */
export class Router {
  constructor(
    private readonly app: Hono,
    private readonly world: World,
    private readonly keys: IdempotencyKeys,
  ) {}

  add<S extends Spec>(definition: Endpoint<S>): void {
    this.app.on(definition.method, definition.path, (c) => this.handle(c as unknown as StripeContext, definition))
  }

  /** Everything under /v1 and /v2 that no endpoint took. */
  addUnknown(): void {
    for (const path of ['/v1/*', '/v2/*']) {
      this.app.all(path, (c) => {
        this.world.log.unknownRequest(this.world.clock.now(), c.req.method, c.req.path)
        const unknown: Endpoint<Spec> = {
          method: 'GET',
          path,
          permission: null,
          spec: {},
          run: () => {
            throw unrecognized(c.req.method, c.req.path)
          },
        }
        return this.handle(c as unknown as StripeContext, unknown)
      })
    }
  }

  private async handle<S extends Spec>(c: StripeContext, definition: Endpoint<S>): Promise<Response> {
    const started = performance.now()
    const requestId = newId('req', 14)
    const method = c.req.method
    let caller: Caller | null = null
    let answer: Answer
    let code: string | null = null
    let drop: number | null = null
    try {
      const sent = decodeForm(method === 'POST' ? await c.req.text() : new URL(c.req.url).search)
      const { credentials, form } = definition.browser === true ? fromBrowser(sent) : { credentials: null, form: sent }
      caller = authenticate(
        this.world,
        credentials?.key ?? keyOf(c.req.header('authorization')),
        credentials?.account ?? c.req.header('stripe-account'),
        definition.publishable ?? definition.browser ?? false,
      )
      const fault = this.world.faults.faultFor({ method, path: c.req.path, account: caller.account.id, livemode: caller.livemode })
      if (fault?.kind === 'timeout_before') {
        drop = fault.holdMs ?? DEFAULT_HOLD_MS
        answer = { status: 504, body: '', headers: {} }
      } else {
        answer = await this.answer(c, definition, caller, form, requestId, fault)
        if (fault?.kind === 'timeout_after') drop = fault.holdMs ?? DEFAULT_HOLD_MS
      }
    } catch (error) {
      answer = this.failure(error, requestId)
      code = error instanceof ApiError ? (error.body.code ?? null) : 'api_error'
    }
    this.world.store.flush()
    this.world.log.request({
      at: this.world.clock.now(),
      requestId,
      method,
      path: c.req.path,
      account: caller?.account.id ?? null,
      livemode: caller?.livemode ?? null,
      status: answer.status,
      code,
      ms: Math.round((performance.now() - started) * 10) / 10,
    })
    if (drop !== null) return dropConnection(c, drop)
    return this.respond(c, caller, answer, requestId)
  }

  private async answer<S extends Spec>(
    c: StripeContext,
    definition: Endpoint<S>,
    caller: Caller,
    form: Form,
    requestId: string,
    fault: Fault | null,
  ): Promise<Answer> {
    const idempotencyKey = c.req.method === 'POST' ? (c.req.header('idempotency-key') ?? null) : null
    const latency = this.world.config.values.latencyMs
    if (fault?.kind === 'status' && fault.after !== true && doorStatuses.has(fault.status)) throw injected(fault.status, fault.code, false)
    let claimed: Claimed | null = null
    if (idempotencyKey !== null) {
      const claim = this.keys.begin(caller.account.id, caller.livemode, idempotencyKey, fingerprintOf(c.req.method, c.req.path, form))
      if ('replay' in claim) {
        const { status, body, request_id } = claim.replay
        return { status, body, headers: { 'idempotency-key': idempotencyKey, 'idempotent-replayed': 'true', 'original-request': request_id } }
      }
      claimed = claim.claim
    }
    const headers: Record<string, string> = idempotencyKey === null ? {} : { 'idempotency-key': idempotencyKey, 'original-request': requestId }
    try {
      const holdMs = latency + (fault?.kind === 'status' ? (fault.holdMs ?? 0) : 0)
      if (holdMs > 0) await sleep(holdMs)
      if (fault?.kind === 'status' && fault.after !== true) throw injected(fault.status, fault.code, claimed !== null)
      const call: Call = {
        world: this.world,
        tables: tablesOf(this.world.store),
        account: caller.account,
        livemode: caller.livemode,
        request: { id: requestId, idempotency_key: idempotencyKey },
        permissions: caller.owner.permissions,
        version: c.req.header('stripe-version') ?? API_VERSION,
        application: caller.owner.account.id === caller.account.id ? null : `ca_${caller.owner.account.id.slice('acct_'.length)}`,
      }
      if (definition.permission !== null && !allows(call.permissions, definition.permission)) {
        throw permissionError(caller.key, caller.account.id, definition.permission)
      }
      const { expand: paths, ...rest } = form
      const wanted = paths === undefined ? [] : expandParam.read(paths, 'expand')
      const params = readParams(definition.spec, rest)
      const result = definition.run(call, params, c.req.param('id') ?? '')
      if (fault?.kind === 'status') throw injected(fault.status, fault.code, claimed !== null)
      const body = result instanceof JsonText ? result.text : JSON.stringify(expand(call, caller.key, result, wanted))
      claimed?.keep(200, body, requestId)
      return { status: 200, body, headers }
    } catch (error) {
      const answer = this.failure(error, requestId)
      if (claimed !== null) {
        if (!(error instanceof ApiError) || error.kept) claimed.keep(answer.status, answer.body, requestId)
        else claimed.release()
      }
      return { ...answer, headers: { ...headers, ...answer.headers } }
    }
  }

  /** Errors as answers; what is not an ApiError is a bug of the sandbox and answers 500. */
  private failure(error: unknown, requestId: string): Answer {
    if (error instanceof ApiError) return { status: error.status, body: errorJson(error, requestId), headers: { ...error.headers } }
    this.world.log.error('a request failed', error, { requestId })
    const known = new ApiError(500, { type: 'api_error', message: 'An unknown error occurred in the sandbox.' }, true)
    return { status: 500, body: errorJson(known, requestId), headers: {} }
  }

  private respond(c: StripeContext, caller: Caller | null, answer: Answer, requestId: string): Response {
    const account = c.req.header('stripe-account')
    return new Response(answer.body, {
      status: answer.status,
      headers: {
        'content-type': 'application/json',
        date: new Date(this.world.clock.nowMs()).toUTCString(),
        'request-id': requestId,
        'stripe-version': c.req.header('stripe-version') ?? API_VERSION,
        'access-control-allow-origin': '*',
        ...(account !== undefined && caller !== null ? { 'stripe-account': account } : {}),
        ...answer.headers,
      },
    })
  }
}

/** Separates what stripe.js adds to every request from the parameters. */
function fromBrowser(sent: Form): { credentials: { key: string | null; account: string | undefined }; form: Form } {
  const form: Form = {}
  for (const [name, value] of Object.entries(sent)) if (name !== 'key' && !name.startsWith('_stripe_')) form[name] = value
  const { key, _stripe_account: account } = sent
  return { credentials: { key: typeof key === 'string' ? key : null, account: typeof account === 'string' ? account : undefined }, form }
}

function unrecognized(method: string, path: string): ApiError {
  return new ApiError(
    404,
    {
      type: 'invalid_request_error',
      message: `Unrecognized request URL (${method}: ${path}). If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code. Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
    },
    false,
  )
}

/** The error of a fault rule. Of these only 5xx are remembered by an idempotency key. */
function injected(status: number, code: string | undefined, keyed: boolean): ApiError {
  const kept = status >= 500 && keyed
  if (status === 429) {
    return new ApiError(
      429,
      {
        type: 'invalid_request_error',
        code: code ?? 'rate_limit',
        message: 'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.',
      },
      kept,
      {
        ...(code === 'lock_timeout' ? {} : { 'stripe-rate-limited-reason': 'global-rate' }),
      },
    )
  }
  if (status === 409) {
    return new ApiError(
      409,
      {
        type: 'idempotency_error',
        code: code ?? 'idempotency_key_in_use',
        message: 'There is currently another in-progress request using this Idempotency Key.',
      },
      kept,
    )
  }
  return new ApiError(
    status,
    { type: status >= 500 ? 'api_error' : 'invalid_request_error', ...(code === undefined ? {} : { code }), message: 'An error was injected by the sandbox.' },
    kept,
  )
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Holds the request, then cuts the connection without an answer. */
async function dropConnection(c: StripeContext, holdMs: number): Promise<Response> {
  const socket = c.env.incoming.socket
  const gone = new Promise<void>((resolve) => socket.once('close', resolve))
  await Promise.race([sleep(holdMs), gone])
  socket.destroy()
  return new Response(null, { status: 504 })
}
