import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type FakeOrder = Record<string, unknown> & {
  id: number
  status: string
  total: string
  transaction_id: string
  date_paid_gmt: string | null
  date_modified_gmt: string
}

/**
 * The smallest WooCommerce that answers what the connector asks, and counts what was done to it. `interfere` may answer
 * a request itself (return true), before or instead of the shop.
 */
export class FakeShop {
  orders = new Map<number, FakeOrder>()
  notes = new Map<number, { id: number; note: string }[]>()
  webhooks: { id: number; topic: string; delivery_url: string; secret: string; status: string }[] = []
  writes: { order: number; body: Record<string, unknown> }[] = []
  /** Orders whose payment_complete ran, once per run: it completes downloads and runs the hooks of other plugins. */
  completed: number[] = []
  requests: string[] = []
  interfere: (request: IncomingMessage, response: ServerResponse, body: string) => boolean | Promise<boolean> = () => false
  private server: Server | undefined
  private serial = 1
  origin = ''

  async open(): Promise<string> {
    this.server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => void this.answer(request, response, body))
    })
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve))
    this.origin = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
    return this.origin
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections()
    await new Promise((resolve) => this.server?.close(resolve))
  }

  place(order: Partial<FakeOrder> = {}): FakeOrder {
    const id = order.id ?? 1000 + this.serial++
    const made = {
      id,
      number: `N-${id}`,
      status: 'pending',
      currency: 'EUR',
      total: '20.00',
      needs_payment: true,
      date_created_gmt: '2026-01-02T03:04:05',
      date_modified_gmt: '2026-01-02T03:04:05',
      date_paid_gmt: null,
      payment_method: '',
      payment_method_title: '',
      transaction_id: '',
      billing: { first_name: 'Ada', last_name: 'Ö', email: 'ada@example.com' },
      meta_data: [],
      line_items: [{ id: 1, name: 'Cup', sku: 'C1', quantity: 2, subtotal: '20.00', total: '20.00' }],
      shipping_lines: [],
      fee_lines: [],
      coupon_lines: [],
      tax_lines: [],
      ...order,
    } as FakeOrder
    this.orders.set(id, made)
    return made
  }

  /** Changes an order as the shop keeper would. */
  change(id: number, change: Partial<FakeOrder>): void {
    const order = this.orders.get(id) as FakeOrder
    const modified = new Date(Date.parse(`${order.date_modified_gmt}Z`) + 60_000).toISOString().slice(0, 19)
    this.orders.set(id, { ...order, date_modified_gmt: modified, ...change })
  }

  private async answer(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    this.requests.push(`${request.method} ${request.url}`)
    if (await this.interfere(request, response, body)) return
    const url = new URL(request.url ?? '/', this.origin)
    const reply = (status: number, value: unknown) => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    const [, id, part] = /\/wp-json\/wc\/v3\/orders(?:\/(\d+))?(?:\/(\w+))?$/.exec(url.pathname) ?? []
    if (url.pathname.endsWith('/webhooks')) {
      if (request.method === 'POST')
        this.webhooks.push({ id: this.webhooks.length + 1, ...(JSON.parse(body) as { topic: string; delivery_url: string; secret: string; status: string }) })
      return reply(200, request.method === 'POST' ? this.webhooks.at(-1) : this.webhooks)
    }
    if (id === undefined) return reply(200, this.list(url.searchParams))
    const order = this.orders.get(Number(id))
    if (!order) return reply(404, { code: 'woocommerce_rest_shop_order_invalid_id', message: 'Invalid ID.', data: { status: 404 } })
    if (part === 'notes') {
      const notes = this.notes.get(order.id) ?? []
      if (request.method === 'POST') this.notes.set(order.id, [...notes, { id: notes.length + 1, note: (JSON.parse(body) as { note: string }).note }])
      return reply(200, request.method === 'POST' ? this.notes.get(order.id)?.at(-1) : notes)
    }
    if (request.method === 'PUT') this.write(order.id, JSON.parse(body) as Record<string, unknown>)
    return reply(200, this.orders.get(order.id))
  }

  /** As WooCommerce: fields, then a status, then `set_paid`, which runs payment_complete while payment is still needed. */
  write(id: number, body: Record<string, unknown>): void {
    this.writes.push({ order: id, body })
    const order = this.orders.get(id) as FakeOrder
    const status = body.status ?? order.status
    const completes = body.set_paid === true && (status === 'pending' || status === 'failed')
    if (completes) this.completed.push(id)
    const pays = completes || body.status === 'processing'
    this.change(id, {
      ...(body.transaction_id !== undefined && { transaction_id: String(body.transaction_id) }),
      ...(pays && { status: 'processing', date_paid_gmt: '2026-02-02T02:02:02', needs_payment: false }),
    })
  }

  private list(query: URLSearchParams): FakeOrder[] {
    const trash = query.get('status') === 'trash'
    const after = query.get('modified_after') ?? ''
    const size = Number(query.get('per_page'))
    const page = Number(query.get('page') ?? '1')
    return [...this.orders.values()]
      .filter((order) => (order.status === 'trash') === trash && order.date_modified_gmt > after)
      .sort((a, b) => (a.date_modified_gmt < b.date_modified_gmt ? -1 : a.date_modified_gmt > b.date_modified_gmt ? 1 : a.id - b.id))
      .slice((page - 1) * size, page * size)
  }
}
