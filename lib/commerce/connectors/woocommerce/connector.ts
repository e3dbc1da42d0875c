import { z } from 'zod'
import { Fault } from '@/lib/kernel/fault'
import { orderUnreadable, replyUnreadable, requestRefused, type Connector, type StoreAccess, type StoreNote, type StoreOrder } from '../../contract'
import { listChangedOrders } from './list-orders'
import { wooRequest } from './request'
import { orderFields, wooNote, wooOrder } from './schema'
import { translateOrder } from './translate'
import { registerWebhooks, verifyWebhook } from './webhooks'

/** Where an order keeps our payment's id. */
export const paymentMetaKey = '_matchbook_payment'

export const woocommerce: Connector = {
  platform: 'woocommerce',
  name: 'WooCommerce',
  credential_fields: [
    { name: 'consumer_key', label: 'Consumer key', secret: true },
    { name: 'consumer_secret', label: 'Consumer secret', secret: true },
  ],

  checkCredentials(credentials) {
    for (const [name, shape, start] of [
      ['consumer_key', /^ck_\w{8,100}$/, 'ck_'],
      ['consumer_secret', /^cs_\w{8,100}$/, 'cs_'],
    ] as const) {
      if (!shape.test(credentials[name] ?? ''))
        throw new Fault('invalid_field', 400, `The ${name.replace('_', ' ')} must start with ${start}.`, {
          field: name,
          remedy: 'Copy it from WooCommerce, Settings, Advanced, REST API.',
        })
    }
  },

  async readOrder(access, externalId) {
    if (!isId(externalId)) return null
    const raw = await wooRequest(access, { method: 'GET', path: `orders/${externalId}`, query: { _fields: orderFields } })
    return raw === null ? null : orderOf(access, raw)
  },

  listChangedOrders,

  /**
   * While the shop itself says that the order needs payment, `set_paid` alone lets it choose the status (a download is
   * completed at once) and run its own payment hooks. Otherwise (on hold), and when that did not help, the status is set;
   * a shop that is given the status sees nothing left to pay, and runs none of them.
   * Source: WC_REST_Orders_V2_Controller::save_object, WC_Order::payment_complete.
   */
  async markPaid(access, order, { reference, payment, insist }) {
    const direct = !insist && (order.status === 'pending' || order.status === 'failed')
    const json = {
      ...(direct ? {} : { status: 'processing' }),
      set_paid: true,
      transaction_id: reference,
      meta_data: [{ key: paymentMetaKey, value: payment }],
    }
    const raw = await wooRequest(access, { method: 'PUT', path: `orders/${pathId(access, order.external_id)}`, json, query: { _fields: 'id' } })
    if (raw === null) throw requestRefused(new URL(access.base_url).host, 404, 'order gone')
    return json
  },

  async addNote(access, externalId, note) {
    const raw = await wooRequest(access, {
      method: 'POST',
      path: `orders/${pathId(access, externalId)}/notes`,
      json: { note: `${note.text} ${noteMark(note.key)}`, customer_note: false },
    })
    const parsed = wooNote.safeParse(raw)
    if (!parsed.success) throw replyUnreadable(new URL(access.base_url).host, 'something that is no note')
    return { external_id: parsed.data.id, text: parsed.data.note }
  },

  async listNotes(access, externalId): Promise<StoreNote[]> {
    const raw = await wooRequest(access, { method: 'GET', path: `orders/${pathId(access, externalId)}/notes`, query: { type: 'internal', per_page: '100' } })
    if (raw === null) throw requestRefused(new URL(access.base_url).host, 404, 'order gone')
    const parsed = z.array(wooNote).safeParse(raw)
    if (!parsed.success) throw replyUnreadable(new URL(access.base_url).host, 'something that is no list of notes')
    return parsed.data.map((note) => ({ external_id: note.id, text: note.note }))
  },

  registerWebhooks,
  verifyWebhook,
}

/** What marks a note as ours. Shops filter HTML in notes, so it is plain text. */
export function noteMark(key: string): string {
  return `[${key}]`
}

function orderOf(access: StoreAccess, raw: unknown): StoreOrder {
  const parsed = wooOrder.safeParse(raw)
  if (!parsed.success) throw orderUnreadable(new URL(access.base_url).host, parsed.error.issues[0]?.path.join('.') || 'id')
  return translateOrder(parsed.data)
}

/** WooCommerce's ids are numbers; anything else would be another path. */
function pathId(access: StoreAccess, externalId: string): string {
  if (!isId(externalId)) throw requestRefused(new URL(access.base_url).host, 404, 'ids of orders are numbers')
  return externalId
}

function isId(text: string): boolean {
  return /^[1-9]\d{0,19}$/.test(text)
}
