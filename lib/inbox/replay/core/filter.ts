import { z } from 'zod'
import { Fault } from '@/lib/kernel/fault'
import { parsePublicId } from '@/lib/kernel/public-id'

/** Rows that have an outcome; what waits is the drain's. */
export const replayStates = ['applied', 'ignored', 'quarantined'] as const
export const replayKinds = ['delivery', 'read', 'backfill', 'reply'] as const
/** Events that were delivered more than once, and those of which a repeat was not the same. */
export const replayOnly = ['repeated', 'alarm'] as const

/**
 * Which rows of a tenant's inbox in one mode are folded again; every condition that is there must hold. `all` with
 * nothing else is the whole inbox. `event`: Stripe's id of the event, or ours of the row (`inb_...`). `payment`: any
 * Stripe id of it (`pi_`, `ch_`, `re_`, `dp_`, `cs_`) or ours (`pay_...`), `payout`s by `po_...`. `since`, `until`: when
 * we received it (ISO 8601, UTC), the first included, the second not. `types`: exact, or beginnings that end with `*`.
 * `connections`: ours (`con_...`).
 */
export type ReplayFilter = {
  all?: true
  event?: string
  payment?: string
  since?: string
  until?: string
  types?: string[]
  states?: (typeof replayStates)[number][]
  reasons?: string[]
  kinds?: (typeof replayKinds)[number][]
  only?: (typeof replayOnly)[number][]
  connections?: string[]
}

const shape: Record<keyof ReplayFilter, { schema: z.ZodType; must: string; remedy: string }> = {
  all: { schema: z.literal(true), must: 'is true or left out', remedy: 'Leave it out when another condition is given.' },
  event: {
    schema: z.string().regex(/^(inb_[0-9a-f]{32}|[a-z]+[_:][\w:./-]{1,250})$/),
    must: 'is the id of an event',
    remedy: 'Give the id as Stripe writes it (evt_...), or ours (inb_...).',
  },
  payment: {
    schema: z.string().regex(/^[a-z]{2,6}_\w{1,250}$/),
    must: 'is the id of a payment',
    remedy: 'Give pi_..., ch_..., re_..., dp_..., cs_..., po_... of Stripe, or ours (pay_...).',
  },
  since: { schema: z.iso.datetime({ offset: true }), must: 'is a moment', remedy: 'Write it as 2026-11-21T10:00:00Z.' },
  until: { schema: z.iso.datetime({ offset: true }), must: 'is a moment', remedy: 'Write it as 2026-11-21T10:00:00Z.' },
  types: {
    schema: z
      .array(z.string().regex(/^[a-z0-9_.]{1,100}\*?$/))
      .min(1)
      .max(50),
    must: 'lists types of events',
    remedy: 'Write charge.refunded, or charge.* for all that begin so.',
  },
  states: { schema: z.array(z.enum(replayStates)).min(1), must: 'lists what became of an event', remedy: `Choose from ${replayStates.join(', ')}.` },
  reasons: {
    schema: z
      .array(z.string().regex(/^[a-z0-9_]{1,60}$/))
      .min(1)
      .max(50),
    must: 'lists codes of reasons',
    remedy: 'Write them as the list of events shows them, for example fold_failed.',
  },
  kinds: { schema: z.array(z.enum(replayKinds)).min(1), must: 'lists how an event reached us', remedy: `Choose from ${replayKinds.join(', ')}.` },
  only: { schema: z.array(z.enum(replayOnly)).min(1), must: 'lists what sets an event apart', remedy: `Choose from ${replayOnly.join(', ')}.` },
  connections: {
    schema: z
      .array(z.string().refine((id) => parsePublicId('connection', id) !== null))
      .min(1)
      .max(50),
    must: 'lists ids of Stripe connections',
    remedy: 'Copy them from the Stripe page (con_...).',
  },
}

/** Checks a filter from outside. @throws Fault `invalid_field` naming the field and what it must be */
export function readReplayFilter(input: unknown): ReplayFilter {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw wrong('filter', 'The filter is an object.', 'Send at least {"all": true}.')
  const filter: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(input)) {
    const field = Object.hasOwn(shape, name) ? shape[name as keyof ReplayFilter] : undefined
    if (!field) throw wrong(name, `There is no condition ${name}.`, `Leave it out; there are ${Object.keys(shape).join(', ')}.`)
    if (value === undefined || value === null) continue
    const parsed = field.schema.safeParse(value)
    if (!parsed.success) throw wrong(name, `The condition ${name} ${field.must}.`, field.remedy)
    filter[name] = parsed.data
  }
  const found = filter as ReplayFilter
  if (Object.keys(found).length === 0)
    throw wrong('filter', 'Nothing says which events to replay.', 'Name an event, a payment, a time, types or states; or ask for all.')
  if (found.since !== undefined && found.until !== undefined && Date.parse(found.since) >= Date.parse(found.until))
    throw wrong('until', 'The end of the time is not after its beginning.', 'Swap since and until.')
  if (found.event?.startsWith('inb_') && parsePublicId('inbox_event', found.event) === null)
    throw wrong('event', 'This is not the id of an event.', 'Copy it from the list of events.')
  if (found.payment?.startsWith('pay_') && parsePublicId('payment', found.payment) === null)
    throw wrong('payment', 'This is not the id of a payment.', 'Copy it from the list of payments.')
  return found
}

function wrong(field: string, message: string, remedy: string): Fault {
  return new Fault('invalid_field', 400, message, { field, remedy })
}
