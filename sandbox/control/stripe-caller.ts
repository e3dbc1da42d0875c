import type { Hono } from 'hono'
import qs from 'qs'
import type { World } from '../core/world'
import { withoutFaults } from '../faults/without-faults'
import type { AccountRow } from '../stripe/accounts'
import { ControlError } from './control-reply'

interface ApiReply {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** Calls the sandbox's own Stripe API, as the Dashboard or a payer's browser would: same endpoints, no faults. */
export class StripeCaller {
  constructor(
    private readonly app: Hono,
    private readonly world: World,
  ) {}

  /** With the account's secret key. Throws ControlError 422 with Stripe's message when it is refused. */
  async asMerchant(account: AccountRow, livemode: boolean, method: 'GET' | 'POST', path: string, params: object = {}): Promise<Record<string, unknown>> {
    const key = account.keys[livemode ? 'live' : 'test'].secret
    const { status, body } = await this.send(method, path, params, { authorization: `Bearer ${key}` })
    if (status < 400) return body
    const error = body['error'] as { message?: string; code?: string } | undefined
    throw new ControlError(422, error?.message ?? `Stripe API answered ${status}`, error?.code === undefined ? {} : { code: error.code })
  }

  /** As a browser: keys travel in the parameters. Answers whatever came, declines included. */
  asBrowser(method: 'GET' | 'POST', path: string, params: object): Promise<ApiReply> {
    return this.send(method, path, params, {})
  }

  private async send(method: 'GET' | 'POST', path: string, params: object, headers: Record<string, string>): Promise<ApiReply> {
    const form = qs.stringify(params, { encodeValuesOnly: true, skipNulls: true })
    const url = `http://sandbox${path}${method === 'GET' && form !== '' ? `?${form}` : ''}`
    const post = method === 'POST' ? { body: form, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } } : { headers }
    const answer = await withoutFaults(async () => this.app.request(url, { method, ...post }))
    this.world.store.flush()
    const body: unknown = await answer.json().catch(() => ({ error: { message: `answer of ${path} was not JSON` } }))
    return { status: answer.status, body: body as Record<string, unknown> }
  }
}
