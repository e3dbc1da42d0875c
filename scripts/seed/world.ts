/** The sandbox's control API, as the seed and the browser tests use it: only over HTTP, like everything else. */
export type Keys = { secret: string; publishable: string }
export type SandboxAccount = { id: string; keys: { live: Keys; test: Keys } }
export type SandboxShop = { slug: string; base_url: string; consumer_key: string; consumer_secret: string }
export type SandboxOrder = { id: number; number: string; status: string; total: string; currency: string }
export type Paid = { outcome: string; payment_intent: { id: string; status: string } | null; session: { id: string; status: string } | null }

export type World = ReturnType<typeof worldAt>

export function worldAt(url: string) {
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 500)}`)
    return JSON.parse(text) as T
  }
  const post = <T>(path: string, body: unknown = {}) => ask<T>('POST', path, body)
  return {
    url,
    ask,
    post,
    offsetMs: async () => (await ask<{ offset_ms: number }>('GET', '/_sandbox/clock')).offset_ms,
    advanceTo: (offset_ms: number) => post('/_sandbox/clock/advance', { to_offset_ms: Math.round(offset_ms) }),
    settle: () => post('/_sandbox/webhooks/settle', {}),
    createAccount: (input: { name: string; country: string; default_currency: string; kind: 'connected' | 'own' }) =>
      post<SandboxAccount>('/_sandbox/accounts', input),
    restrictedKey: async (account: string, mode: 'live' | 'test', name: string, permissions: string[]) =>
      (await post<{ key: string }>(`/_sandbox/accounts/${account}/restricted_keys`, { mode, name, permissions })).key,
    createShop: (input: { slug: string; name: string; currency: string; timezone: string; number_prefix: string; country: string }) =>
      post<SandboxShop>('/_sandbox/shops', input),
    createOrder: (slug: string, input: Record<string, unknown> = {}) => post<SandboxOrder>(`/_sandbox/shops/${slug}/orders`, input),
    orderHistory: (slug: string, id: number) => ask<{ times_marked_paid: number; notes_added: number }>('GET', `/_sandbox/shops/${slug}/orders/${id}/history`),
    pay: (input: Record<string, unknown>) => post<Paid>('/_sandbox/payers/pay', input),
  }
}
