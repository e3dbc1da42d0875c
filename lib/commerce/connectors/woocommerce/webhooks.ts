import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { sameDigest } from '@/lib/kernel/seal'
import { replyUnreadable, type StoreAccess, type WebhookCall, type WebhookVerdict } from '../../contract'
import { wooRequest } from './request'
import { wooWebhook } from './schema'

export const topics = ['order.created', 'order.updated', 'order.deleted', 'order.restored'] as const

/**
 * WooCommerce signs with base64 HMAC-SHA256 over the raw body. The first call, when a webhook is made, is an unsigned form
 * `webhook_id=<id>`: it is let in because nothing follows from it.
 */
export function verifyWebhook({ raw, header, secret }: WebhookCall): WebhookVerdict {
  const signature = header('x-wc-webhook-signature')
  if (signature === null || signature === '') {
    return /^webhook_id=\d{1,20}$/.test(raw.toString('latin1')) ? { kind: 'ping' } : { kind: 'refused', reason: 'no_signature' }
  }
  const expected = createHmac('sha256', secret).update(raw).digest()
  if (secret === '' || !sameDigest(Buffer.from(signature, 'base64'), expected)) return { kind: 'refused', reason: 'wrong_signature' }
  const topic = header('x-wc-webhook-topic') ?? ''
  if (!topic.startsWith('order.')) return { kind: 'ignored', reason: 'other_topic' }
  const body = z.object({ id: z.union([z.string().min(1).max(255), z.number().int()]) }).safeParse(parse(raw))
  if (!body.success) return { kind: 'refused', reason: 'unreadable' }
  return { kind: topic === 'order.deleted' ? 'deleted' : 'changed', external_id: String(body.data.id) }
}

/** Makes our webhooks, or gives existing ones of ours the secret again and switches them on. */
export async function registerWebhooks(access: StoreAccess, hook: { url: string; secret: string }): Promise<string[]> {
  const listed = z.array(wooWebhook).safeParse(await wooRequest(access, { method: 'GET', path: 'webhooks', query: { per_page: '100' } }))
  if (!listed.success) throw replyUnreadable(new URL(access.base_url).host, 'something that is no list of webhooks')
  for (const topic of topics) {
    const ours = listed.data.find((webhook) => webhook.topic === topic && webhook.delivery_url === hook.url)
    const json = { name: `Matchbook ${topic}`, topic, delivery_url: hook.url, secret: hook.secret, status: 'active' }
    await wooRequest(access, ours ? { method: 'PUT', path: `webhooks/${ours.id}`, json } : { method: 'POST', path: 'webhooks', json })
  }
  return [...topics]
}

function parse(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
