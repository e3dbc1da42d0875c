import { clock } from '@/lib/kernel/clock'
import { Fault } from '@/lib/kernel/fault'
import { newId } from '@/lib/kernel/id'
import { isMode } from '@/lib/kernel/mode'
import { log } from '@/lib/log/log'
import { authenticateApiKey, type ApiCaller } from '@/lib/tenancy/authenticate-api-key'
import { whoFor, type Route, type RoutesFor } from '@/lib/tenancy/core/policy'
import { notSignedIn } from '@/lib/tenancy/errors'
import { memberOf, type Member } from '@/lib/tenancy/member-of'
import { principalOf } from '@/lib/tenancy/principal'
import { refuseForeignOrigin } from './refuse-foreign-origin'
import { replyToError } from './reply'
import { sessionCookieIn, sessionIdIn } from './session-cookie'

export type Call = { request: Request; request_id: string; params: Record<string, string>; query: URLSearchParams }

/** What the route's row in the policy table adds: the API caller, the member, or nothing. */
export type CallOf<R extends Route> = Call &
  (R extends RoutesFor<'api_key'> ? { caller: ApiCaller } : R extends RoutesFor<'member'> ? { member: Member } : unknown)

type Context = { params: Promise<Record<string, string | string[] | undefined>> }

/**
 * Makes a route handler from a row of the policy table: gives the request an id, lets in only who the row names, turns
 * what is thrown into an answer, forbids caching, writes one access log line. The row decides what `work` gets:
 * `caller` for API keys, `member` for members (tenant and mode from `?tenant=&mode=`, no mode is live).
 * Payer links and signatures are proven by the route itself, with the verb of the slice that owns them.
 */
export function handle<R extends Route>(route: R, work: (call: CallOf<R>) => Promise<Response>): (request: Request, context?: Context) => Promise<Response> {
  return async (request, context) => {
    const startedMs = clock.wallMs()
    const request_id = `req_${newId().replaceAll('-', '')}`
    let answer: Response
    let scope: { tenant_id?: string; mode?: string } = {}
    try {
      const call: Call = { request, request_id, params: plain((await context?.params) ?? {}), query: new URL(request.url).searchParams }
      const admitted = await admit(route, call)
      if ('caller' in admitted) scope = admitted.caller.scope
      if ('member' in admitted) scope = admitted.member.scope
      answer = await work({ ...call, ...admitted } as CallOf<R>)
    } catch (error) {
      answer = replyToError(error, { route, request_id })
    }
    log().info({ request_id, route, status: answer.status, duration_ms: clock.wallMs() - startedMs, ...scope }, 'request')
    return sealed(answer, request_id)
  }
}

async function admit(route: Route, call: Call): Promise<{ caller: ApiCaller } | { member: Member } | Record<never, never>> {
  const who = whoFor(route)
  if (who.kind === 'api_key') return { caller: await authenticateApiKey(call.request) }
  if (who.kind !== 'member') return {}
  refuseForeignOrigin(call.request)
  const principal = await principalOf(await sessionIdIn(sessionCookieIn(call.request.headers.get('cookie'))))
  if (principal === null) throw notSignedIn()
  const mode = call.query.get('mode') ?? 'live'
  if (!isMode(mode)) throw new Fault('invalid_field', 400, 'The mode is live or test.', { field: 'mode', remedy: 'Leave it out for live.' })
  return { member: await memberOf(principal, call.query.get('tenant') ?? '', mode, who.action) }
}

function plain(params: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : (value ?? '')]))
}

/** Nothing we answer may be kept by a cache between us and who asked. */
function sealed(answer: Response, request_id: string): Response {
  const headers = new Headers(answer.headers)
  headers.set('x-request-id', request_id)
  if (!headers.get('cache-control')?.includes('no-store')) headers.set('cache-control', 'private, no-store')
  headers.set('vary', 'Cookie, Authorization')
  return new Response(answer.body, { status: answer.status, headers })
}
