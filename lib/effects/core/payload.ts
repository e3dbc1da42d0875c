import { z } from 'zod'
import { Fault } from '@/lib/kernel/fault'

/** Payloads as they are stored. Amounts are text of minor units. */
export const markPaidPayload = z.object({
  /** What the store is to remember: the PaymentIntent. */
  reference: z.string().min(1).max(255),
  amount: z
    .string()
    .regex(/^\d{1,18}$/)
    .transform(BigInt),
  currency: z.string().regex(/^[a-z]{3}$/),
  paid_at: z.string().nullish(),
  payment_id: z.string(),
})
export type MarkPaidPayload = z.output<typeof markPaidPayload>

const money = {
  reference: z.string(),
  status: z.string(),
  amount: z
    .string()
    .regex(/^-?\d{1,18}$/)
    .transform(BigInt),
  currency: z.string().regex(/^[a-z]{3}$/),
}

/** A note in words, or the facts that noteText makes words of. */
export const notePayload = z.union([
  z.object({ text: z.string().min(1).max(2000) }),
  z.object({ note: z.literal('refund'), ...money, failure_reason: z.string().nullish() }),
  z.object({ note: z.literal('dispute'), ...money, reason: z.string().nullish() }),
])
export type NotePayload = z.output<typeof notePayload>

/** @throws Fault `effect_payload_invalid`: no try can help. */
export function readPayload<S extends z.ZodType>(schema: S, payload: unknown): z.output<S> {
  const parsed = schema.safeParse(payload)
  if (parsed.success) return parsed.data
  throw new Fault('effect_payload_invalid', 500, `The payload of this effect is not valid at ${parsed.error.issues[0]?.path.join('.') || 'its root'}.`)
}
