import { createHash } from 'node:crypto'
import type { Exchange, HttpReply, HttpRequest } from '../contract'
import { apiVersion, seconds, type Account, type StripeEvent, type Thing } from './account'
import type { Dice } from './faults'
import { expire } from './payment-acts'
import { accountThing, newSession } from './stripe-things'

/** Keys of one account: what each may do. */
export type Door = { account: Account; keys: Map<string, 'checkout' | 'reader' | 'refund'> }

export type StripeHooks = {
  /** A session came into being. */
  created(account: Account, session: Thing, nowMs: number): void
  /** An answer that names this open session left for the product. */
  handedOver(account: Account, session: Thing, nowMs: number): void
  /** A session was ended by a call; `intent` ended with it. */
  expired(account: Account, session: Thing, intent: Thing | null, nowMs: number): void
}

/** `heard`: its answer reached somebody. */
type Saved = { print: string; reply: HttpReply; atMs: number; heard: boolean }
type Answer = { status: number; body: string; headers?: Record<string, string>; sessions?: Thing[] }
type Route = { account: Account; job: 'checkout' | 'reader' | 'refund'; method: string; path: string[]; query: URLSearchParams; nowMs: number }

/** Stripe may forget an idempotency key after a day (docs.stripe.com/api/idempotent_requests). */
const keyLifeMs = 25 * 3_600_000
/** A caller that gave up may ask again while the first request is still worked on. */
const workedOnMs = 20_000

/**
 * api.stripe.com as the product sees it: keys, permissions, error shapes, cursors, idempotency, and what can go wrong on
 * the way. @returns what becomes of one call.
 */
export function createStripeApi(doors: Door[], dice: Dice, newRequestId: () => string, hooks: StripeHooks): (request: HttpRequest, nowMs: number) => Exchange {
  const byKey = new Map(doors.flatMap((door) => [...door.keys].map(([key, job]) => [key, { door, job }] as const)))
  const saved = new Map<string, Saved>()
  const answering: Saved[] = []

  return (request, nowMs) => {
    answering.length = 0
    const header = lower(request.headers)
    if (dice.met('stripe.nothing')) return { kind: 'nothing' }
    if (dice.met('stripe.gateway')) return { kind: 'reply', reply: gatewayPage(502, nowMs) }
    const lost = dice.met('stripe.lost')
    const cutShort = dice.met('stripe.gateway_after_effect')
    const answered = answer(request, header, nowMs)
    if (lost) return { kind: 'lost' }
    if (cutShort) return { kind: 'reply', reply: gatewayPage(504, nowMs) }
    if (dice.met('stripe.unnamed')) delete answered.reply.headers['request-id']
    for (const entry of answering) entry.heard = true
    for (const session of answered.sessions ?? []) if (session.status === 'open') hooks.handedOver(answered.account as Account, session, nowMs)
    return { kind: 'reply', reply: answered.reply }
  }

  function answer(request: HttpRequest, header: Record<string, string>, nowMs: number): { reply: HttpReply; account: Account | null; sessions?: Thing[] } {
    const stamp = (account: Account | null, given: Answer) => ({
      account,
      sessions: given.sessions,
      reply: {
        status: given.status,
        headers: {
          'content-type': 'application/json',
          date: new Date(seconds(nowMs) * 1000).toUTCString(),
          'request-id': newRequestId(),
          'stripe-version': apiVersion,
          ...(header['idempotency-key'] !== undefined && { 'idempotency-key': header['idempotency-key'] }),
          ...given.headers,
        },
        body: given.body,
      },
    })
    const token = /^Bearer (\S+)$/.exec(header.authorization ?? '')?.[1] ?? ''
    const known = byKey.get(token)
    if (!known) return stamp(null, failure(401, { type: 'invalid_request_error', message: 'Invalid API Key provided.' }))
    const { account } = known.door
    if (dice.met('stripe.rate_limited'))
      return stamp(account, {
        ...failure(429, { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests.' }),
        headers: { 'retry-after': '2', 'stripe-rate-limited-reason': 'global-rate' },
      })
    const url = new URL(request.url)
    const route: Route = {
      account,
      job: known.job,
      method: request.method.toUpperCase(),
      path: url.pathname.split('/').filter(Boolean),
      query: url.searchParams,
      nowMs,
    }
    if (!allowed(route))
      return stamp(
        account,
        failure(403, { type: 'invalid_request_error', code: 'more_permissions_required', message: 'The provided key does not have the required permissions.' }),
      )
    if (route.method !== 'POST') {
      if (dice.met('stripe.failed')) return stamp(account, broken())
      return stamp(account, read(route))
    }
    return write(route, request, header['idempotency-key'] ?? null, stamp)
  }

  function write(
    route: Route,
    request: HttpRequest,
    key: string | null,
    stamp: (account: Account, given: Answer) => { reply: HttpReply; account: Account | null; sessions?: Thing[] },
  ): { reply: HttpReply; account: Account | null; sessions?: Thing[] } {
    const { account, nowMs } = route
    const slot = `${account.id} ${key}`
    const print = createHash('sha256')
      .update(`${route.method} ${route.path.join('/')}\n${request.body}`)
      .digest('hex')
    const before = key === null ? undefined : saved.get(slot)
    if (before && nowMs - before.atMs < keyLifeMs) {
      if (before.print !== print)
        return stamp(
          account,
          failure(400, {
            type: 'idempotency_error',
            message: `Keys for idempotent requests can only be used with the same parameters they were first used with.`,
          }),
        )
      if (!before.heard && nowMs - before.atMs < workedOnMs && dice.met('stripe.key_in_use', 0.6)) return stamp(account, keyInUse())
      answering.push(before)
      const again = stamp(account, { status: before.reply.status, body: before.reply.body, headers: { 'idempotent-replayed': 'true' } })
      return { ...again, sessions: sessionIn(account, before.reply.body) }
    }
    if (key !== null && dice.met('stripe.key_in_use')) return stamp(account, keyInUse())
    const params = new URLSearchParams(request.body)
    const refused = validate(route, params)
    if (refused) return stamp(account, refused)
    let given: Answer
    if (dice.met('stripe.failed')) given = broken()
    else {
      given = perform(route, params)
      if (given.status === 200 && dice.met('stripe.failed_after_effect')) given = broken()
    }
    const made = stamp(account, given)
    if (key === null) return made
    const entry = { print, reply: made.reply, atMs: nowMs, heard: false }
    saved.set(slot, entry)
    answering.push(entry)
    return made
  }

  /** What Stripe checks before it remembers the key. */
  function validate({ path }: Route, params: URLSearchParams): Answer | null {
    if (path[1] !== 'checkout' || path.length !== 3) return null
    if (params.get('ui_mode') !== 'elements' || params.get('mode') !== 'payment')
      return failure(400, invalid('Only ui_mode elements in mode payment.', 'ui_mode'))
    if (!params.get('return_url')) return failure(400, invalid('Missing required param: return_url.', 'return_url'))
    if (params.has('payment_method_types[0]'))
      return failure(400, { ...invalid('Removed.', 'payment_method_types'), code: 'payment_method_types_no_longer_supported' })
    return null
  }

  function perform({ account, path, nowMs }: Route, params: URLSearchParams): Answer {
    if (path[1] === 'checkout' && path[2] === 'sessions') {
      if (path.length === 3) {
        const lines = lineItems(params)
        if (lines === null) return failure(400, invalid('Line items must be in one currency, whole minor units and at most 100.', 'line_items'))
        const session = newSession(
          account,
          {
            ...lines,
            client_reference_id: params.get('client_reference_id'),
            metadata: nested(params, 'metadata'),
            email: params.get('customer_email'),
            return_url: params.get('return_url'),
            expires_at: params.has('expires_at') ? Number(params.get('expires_at')) : null,
          },
          nowMs,
        )
        account.intentData.set(session.id, {
          metadata: nested(params, 'payment_intent_data[metadata]'),
          description: params.get('payment_intent_data[description]'),
        })
        hooks.created(account, session, nowMs)
        return { status: 200, body: JSON.stringify(session), sessions: [session] }
      }
      const session = account.things.get(path[3] ?? '')
      if (!session) return missing('checkout.session', path[3])
      if (path[4] !== 'expire') return failure(404, invalid('Unrecognized request URL.', null))
      if (session.status !== 'open')
        return failure(
          400,
          invalid(`Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${String(session.status)}.`, null),
        )
      const intent = expire(account, session, nowMs)
      hooks.expired(account, session, intent, nowMs)
      return { status: 200, body: JSON.stringify(session) }
    }
    return failure(404, invalid('Unrecognized request URL.', null))
  }
}

const listed: Record<string, string> = {
  payment_intents: 'payment_intent',
  charges: 'charge',
  refunds: 'refund',
  disputes: 'dispute',
  payouts: 'payout',
  balance_transactions: 'balance_transaction',
  'checkout/sessions': 'checkout.session',
}

function read(route: Route): Answer {
  const { account, path, query, nowMs } = route
  if (path[0] === 'v2')
    return path[1] === 'core' && path[2] === 'accounts' ? accountOf(account, path[3]) : failure(404, invalid('Unrecognized request URL.', null))
  if (path[1] === 'account' || path[1] === 'accounts') return accountOf(account, path[2] ?? account.id)
  if (path[1] === 'events') return path.length === 3 ? event(account, path[2] as string) : events(account, query)
  const name = path[1] === 'checkout' ? 'checkout/sessions' : (path[1] ?? '')
  const object = listed[name]
  const id = path[1] === 'checkout' ? path[3] : path[2]
  if (!object) return failure(404, invalid('Unrecognized request URL.', null))
  if (id !== undefined) {
    const thing = account.things.get(id)
    if (!thing || thing.object !== object) return missing(object, id)
    return { status: 200, body: JSON.stringify(shown(thing, nowMs)), ...(object === 'checkout.session' && { sessions: [thing] }) }
  }
  const payout = query.get('payout')
  const members = payout === null ? null : (account.payoutMembers.get(payout) ?? new Set<string>())
  const filters: [string, (thing: Thing, wanted: string) => boolean][] = [
    ['charge', (thing, wanted) => thing.charge === wanted],
    ['payment_intent', (thing, wanted) => thing.payment_intent === wanted],
    ['source', (thing, wanted) => thing.source === wanted],
    ['type', (thing, wanted) => thing.type === wanted],
    ['currency', (thing, wanted) => thing.currency === wanted],
    ['status', (thing, wanted) => thing.status === wanted],
  ]
  const things = (account.lists.get(object) ?? []).filter(
    (thing) =>
      within(thing.created, query) &&
      (members === null || members.has(thing.id)) &&
      filters.every(([field, same]) => !query.has(field) || same(thing, query.get(field) as string)),
  )
  const page = cut(things, account.things, query, (thing) => thing.id)
  if (page === null) return missing(object, query.get('starting_after') ?? query.get('ending_before') ?? '')
  const data = page.rows.map((thing) => shown(thing, nowMs))
  return {
    status: 200,
    body: JSON.stringify({ object: 'list', url: `/v1/${name}`, has_more: page.has_more, data }),
    ...(object === 'checkout.session' && { sessions: page.rows }),
  }
}

function shown(thing: Thing, nowMs: number): Thing {
  if (thing.object !== 'balance_transaction') return thing
  return { ...thing, status: Number(thing.available_on) <= seconds(nowMs) ? 'available' : 'pending' }
}

function events(account: Account, query: URLSearchParams): Answer {
  const types = [...query].filter(([name]) => name === 'type' || name.startsWith('types[')).map(([, value]) => value)
  const found = account.events.filter((made) => within(made.created, query) && (types.length === 0 || types.includes(made.type)))
  const page = cut(found, new Map(account.events.map((made) => [made.id, made])), query, (made) => made.id)
  if (page === null) return missing('event', query.get('starting_after') ?? query.get('ending_before') ?? '')
  return { status: 200, body: `{"object":"list","url":"/v1/events","has_more":${page.has_more},"data":[${page.rows.map((made) => made.body).join(',')}]}` }
}

function event(account: Account, id: string): Answer {
  const found: StripeEvent | undefined = account.events.find((made) => made.id === id)
  return found ? { status: 200, body: found.body } : missing('event', id)
}

function accountOf(account: Account, id: string | undefined): Answer {
  if (id !== account.id)
    return failure(403, { type: 'invalid_request_error', code: 'account_invalid', message: `The provided key does not have access to account '${id}'.` })
  return { status: 200, body: JSON.stringify(accountThing(account)) }
}

/** Newest first; `ending_before` gives the page that lies next to the cursor (docs.stripe.com/api/pagination). Null for an unknown cursor. */
function cut<T>(oldestFirst: T[], known: Map<string, unknown>, query: URLSearchParams, idOf: (item: T) => string): { rows: T[]; has_more: boolean } | null {
  const limit = Math.min(100, Math.max(1, Number(query.get('limit') ?? 10)))
  const [after, before] = [query.get('starting_after'), query.get('ending_before')]
  if ((after !== null && !known.has(after)) || (before !== null && !known.has(before))) return null
  if (before !== null) {
    const newer = oldestFirst.slice(oldestFirst.findIndex((item) => idOf(item) === before) + 1)
    return { rows: newer.slice(0, limit).reverse(), has_more: newer.length > limit }
  }
  const older =
    after === null
      ? oldestFirst
      : oldestFirst.slice(
          0,
          Math.max(
            0,
            oldestFirst.findIndex((item) => idOf(item) === after),
          ),
        )
  return { rows: older.slice(-limit).reverse(), has_more: older.length > limit }
}

function within(created: number, query: URLSearchParams): boolean {
  const bound = (name: string) => (query.has(`created[${name}]`) ? Number(query.get(`created[${name}]`)) : null)
  const [gte, gt, lte, lt] = [bound('gte'), bound('gt'), bound('lte'), bound('lt')]
  return (gte === null || created >= gte) && (gt === null || created > gt) && (lte === null || created <= lte) && (lt === null || created < lt)
}

function allowed({ job, method, path }: Route): boolean {
  if (method === 'GET') return job !== 'checkout' || path[1] === 'checkout'
  return path[1] === 'checkout' ? job === 'checkout' : path[1] === 'refunds' && job === 'refund'
}

function lineItems(params: URLSearchParams): { amount: number; currency: string } | null {
  let amount = 0
  let currency: string | null = null
  for (let i = 0; ; i++) {
    const unit = params.get(`line_items[${i}][price_data][unit_amount]`)
    if (unit === null) break
    const [of, quantity] = [params.get(`line_items[${i}][price_data][currency]`), params.get(`line_items[${i}][quantity]`)]
    if (i >= 100 || !/^\d{1,12}$/.test(unit) || !/^\d{1,6}$/.test(quantity ?? '') || of === null || (currency !== null && of !== currency)) return null
    currency = of
    amount += Number(unit) * Number(quantity)
  }
  // Three-decimal currencies are charged in tens (docs.stripe.com/currencies).
  if (currency === null || amount < 1 || amount > 99_999_999 || (currency === 'kwd' && amount % 10 !== 0)) return null
  return { amount, currency }
}

function nested(params: URLSearchParams, name: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [key, value] of params) if (key.startsWith(`${name}[`)) found[key.slice(name.length + 1, -1)] = value
  return found
}

function sessionIn(account: Account, body: string): Thing[] {
  const id = /^\{"id":"(cs_[^"]+)"/.exec(body)?.[1]
  const session = id === undefined ? undefined : account.things.get(id)
  return session ? [session] : []
}

function invalid(message: string, param: string | null): Record<string, unknown> {
  return { type: 'invalid_request_error', message, ...(param !== null && { param }) }
}

function missing(object: string, id: string | undefined): Answer {
  return failure(404, { type: 'invalid_request_error', code: 'resource_missing', message: `No such ${object}: '${id}'`, param: 'id' })
}

function broken(): Answer {
  return failure(500, { type: 'api_error', message: 'An unknown error occurred.' })
}

/** The word of something that stands before Stripe: what was asked may have arrived or not. */
function gatewayPage(status: number, nowMs: number): HttpReply {
  return { status, headers: { 'content-type': 'text/html', date: new Date(seconds(nowMs) * 1000).toUTCString() }, body: '<html><h1>Bad gateway</h1></html>' }
}

function keyInUse(): Answer {
  return failure(409, { type: 'idempotency_error', code: 'idempotency_key_in_use', message: 'There is currently another in-progress request using this key.' })
}

function failure(status: number, error: Record<string, unknown>): Answer {
  return { status, body: JSON.stringify({ error }) }
}

function lower(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
