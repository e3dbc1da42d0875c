import type { Mode } from '@/lib/kernel/mode'

/** What we may do outside our database. One kind has one payload shape and one verb that runs it. */
export const effectKinds = ['order.mark_paid', 'order.note'] as const
export type EffectKind = (typeof effectKinds)[number]

/** queued -> running -> done | skipped | dead, or back to queued with a later due time. The last three are final. */
export const effectStates = ['queued', 'running', 'done', 'skipped', 'dead'] as const
export type EffectState = (typeof effectStates)[number]

/**
 * One wish for an effect. `subject` is what it happens to and `cause` what made it necessary: together with the kind
 * they are its key, so that the same cause asks once. `due_at` is business time (UTC).
 */
export type NewEffect = {
  tenant_id: string
  mode: Mode
  kind: EffectKind
  subject: string
  cause: string
  store_id: string
  order_id: string
  payment_id: string | null
  payload: Record<string, unknown>
  due_at: Date
}

/** `kind:subject:cause`, unique per tenant. */
export function effectKey(effect: Pick<NewEffect, 'kind' | 'subject' | 'cause'>): string {
  return `${effect.kind}:${effect.subject}:${effect.cause}`
}
