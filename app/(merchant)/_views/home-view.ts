import type { Addresses } from '@/components/frame/address'
import type { AttentionItem, CurrencyFigures, FigureName, HealthLight, HomeView } from '@/components/home/view'
import { wordFor } from '@/components/state/words'
import type { Tone } from '@/components/ui/tone'
import type { StoreView } from '@/lib/commerce/queries'
import type { DisputeDue } from '@/lib/disputes/queries'
import type { OpenException } from '@/lib/exceptions/queries'
import { publicId } from '@/lib/kernel/public-id'
import type { Hearing } from '@/lib/inbox/queries'
import type { MoneyNowRow, PaymentLineRow } from '@/lib/payments/queries'
import { numberText, paymentRow } from './payment-row'
import { maybeMoney, money, plainWords } from './plain'
import { isWorkerLate } from './worker-late'

const names: FigureName[] = [
  { key: 'taken', label: 'Taken today', meaning: 'What Stripe took from customers today, in the zone of this account, before fees and refunds.' },
  { key: 'refunded', label: 'Refunded today', meaning: 'Refunds made today that succeeded.' },
  { key: 'processing', label: 'On its way', meaning: 'Delayed payments such as bank debits that are not settled yet. Do not ship for them.' },
  {
    key: 'fee_pending',
    label: 'Paid, fee pending',
    meaning: 'Payments taken of which Stripe has not named the balance transaction, and so the fee, yet. Usually minutes.',
  },
  { key: 'unmatched', label: 'Unmatched', meaning: 'Taken, and no order is known for it: mostly what other applications took on the same Stripe account.' },
  { key: 'at_risk', label: 'Does not add up', meaning: 'The amounts at risk of everything that waits for a person.' },
]

/** Everything the first screen needs, as it was read. */
export type HomeRows = {
  figures: readonly MoneyNowRow[]
  open: readonly OpenException[]
  /** Disputes that wait for an answer, the soonest due first. */
  due: readonly DisputeDue[]
  openCount: number
  recent: readonly PaymentLineRow[]
  stores: readonly StoreView[]
  heard: readonly Hearing[]
  /** Events that were set aside, counted up to 1,000. */
  setAside: number
  workerMsAgo: number | null
  currencies: readonly string[]
}

const shownAttention = 5
/** A dispute due within this time is pressing. */
const soonMs = 3 * 24 * 3_600_000

/** The first screen. `today` is the day of `now` in the tenant's zone. */
export function homeView(rows: HomeRows, now: Date, today: string, at: Addresses): HomeView {
  const shownOpen = rows.open.slice(0, Math.max(1, shownAttention - rows.due.length))
  return {
    names,
    currencies: figuresOf(rows, today, at),
    attention: [...rows.due.slice(0, shownAttention).map((dispute) => disputeDue(dispute, now, at)), ...shownOpen.map((open) => attention(open, at))],
    // Counted up to 1,000: then there are as many more, and nobody knows how many.
    moreAttention: rows.openCount >= 1_000 ? rows.openCount : Math.max(0, rows.openCount - shownOpen.length),
    lights: lights(rows, now, at),
    recent: rows.recent.map((row) => paymentRow(row, at)),
    links: { payments: at.place('payments'), attention: at.place('exceptions'), stores: at.place('stores') },
  }
}

/** A row for every currency that the tenant takes, so that a quiet day shows 0 and not nothing. */
function figuresOf(rows: HomeRows, today: string, at: Addresses): CurrencyFigures[] {
  const currencies = [...new Set([...rows.stores.map((store) => store.currency), ...rows.currencies, ...rows.figures.map((figure) => figure.currency)])].sort()
  const opens = (key: string, currency: string): string | undefined => {
    switch (key) {
      case 'taken':
        return at.place('payments', { currency, paid_from: today, paid_to: today })
      case 'processing':
        return at.place('payments', { currency, status: 'processing' })
      case 'fee_pending':
        return at.place('payments', { currency, fee: 'pending', status: ['succeeded', 'partly_refunded', 'refunded', 'disputed'] })
      case 'unmatched':
        return at.place('payments', { currency, match: 'unmatched' })
      case 'refunded':
        return at.place('payments', { currency, status: ['refunded', 'partly_refunded'] })
      case 'at_risk':
        return at.place('exceptions')
      default:
        return undefined
    }
  }
  return currencies.map((currency) => ({
    currency,
    figures: Object.fromEntries(
      names.map(({ key }) => {
        const row = rows.figures.find((figure) => figure.what === key && figure.currency === currency)
        const href = opens(key, currency)
        return [
          key,
          {
            amount: money(row?.amount ?? '0', currency),
            ...(row === undefined ? {} : { note: noteOf(key, row.count) }),
            ...(href === undefined ? {} : { href }),
          },
        ]
      }),
    ),
  }))
}

function noteOf(key: string, count: number): string {
  const noun = key === 'refunded' ? 'refund' : key === 'at_risk' ? 'case' : 'payment'
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
}

function attention(open: OpenException, at: Addresses): AttentionItem {
  const word = wordFor('exception', open.type)
  const where = [open.order_display_number === null ? null : `Order ${numberText(open.order_display_number)}`, open.store_name]
    .filter((part) => part !== null)
    .join(' at ')
  return {
    id: publicId('exception', open.id),
    tone: word.tone,
    title: word.label,
    text: where === '' ? (open.subject_kind === 'payment' ? 'A payment without an order' : 'Not tied to a store') : where,
    amount: maybeMoney(open.amount_at_risk, open.currency),
    at: open.opened_at.toISOString(),
    href:
      open.payment_id !== null
        ? at.payment(publicId('payment', open.payment_id))
        : open.order_id !== null
          ? at.order(publicId('order', open.order_id))
          : open.store_id !== null
            ? at.store(publicId('store', open.store_id))
            : at.place('exceptions'),
  }
}

/** A dispute with the time until which Stripe takes an answer; the time itself is absolute, because evidence can be sent once. */
function disputeDue(dispute: DisputeDue, now: Date, at: Addresses): AttentionItem {
  const order = dispute.order_display_number === null ? null : `Order ${numberText(dispute.order_display_number)}`
  const over = dispute.due_by.getTime() < now.getTime()
  const reason = dispute.reason === null ? null : plainWords(dispute.reason)
  return {
    id: dispute.id,
    tone: over || dispute.due_by.getTime() - now.getTime() < soonMs ? 'bad' : 'attention',
    title: over ? 'The time to answer a dispute is over' : wordFor('dispute', dispute.status).label === 'Inquiry' ? 'Answer an inquiry' : 'Answer a dispute',
    text: [order, reason].filter((part) => part !== null).join(', ') || 'A payment without an order',
    amount: money(dispute.amount, dispute.currency),
    at: dispute.due_by.toISOString(),
    dueAt: dispute.due_by.toISOString(),
    href: at.payment(publicId('payment', dispute.payment_id)),
  }
}

const heardWords: Record<Hearing['verdict'], { tone: Tone; text: string }> = {
  silent: { tone: 'attention', text: 'silent, last heard' },
  quiet: { tone: 'waiting', text: 'quiet, last heard' },
  never: { tone: 'waiting', text: 'nothing heard yet' },
  as_usual: { tone: 'good', text: 'heard' },
}

/** The connection that is heard worst, of several the one that was heard longest ago. */
function worstHeard(heard: readonly Hearing[]): Hearing | undefined {
  const order = Object.keys(heardWords)
  return [...heard].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict) || (a.at?.getTime() ?? 0) - (b.at?.getTime() ?? 0))[0]
}

function lights(rows: HomeRows, now: Date, at: Addresses): HealthLight[] {
  const result: HealthLight[] = []
  const heard = worstHeard(rows.heard)
  if (heard !== undefined) {
    const name = rows.heard.length > 1 ? `${heard.name}: ` : ''
    result.push({
      label: 'Stripe',
      ...heardWords[heard.verdict],
      text: name + heardWords[heard.verdict].text,
      at: heard.at?.toISOString() ?? null,
      href: at.place('connection'),
    })
  }
  if (rows.setAside > 0)
    result.push({
      label: 'Events',
      tone: 'attention',
      text: `${rows.setAside >= 1_000 ? '1,000 or more' : rows.setAside} set aside`,
      at: null,
      href: at.place('events', { outcome: 'quarantined' }),
    })
  const failing = rows.stores.filter((store) => store.health !== 'active' && store.health !== 'never')
  const [first] = failing
  if (first !== undefined)
    result.push({
      label: 'Stores',
      tone: 'attention',
      text: failing.length === 1 ? `${first.name} does not answer` : `${failing.length} do not answer`,
      at: first.last_error_at?.toISOString() ?? null,
      href: at.place('stores'),
    })
  else if (rows.stores.length > 0) {
    const [read] = rows.stores.map((store) => store.last_sync_at).sort((a, b) => (a?.getTime() ?? 0) - (b?.getTime() ?? 0))
    result.push({
      label: 'Stores',
      tone: read == null ? 'waiting' : 'good',
      text: read == null ? 'not read yet' : 'read',
      at: read?.toISOString() ?? null,
      href: at.place('stores'),
    })
  }
  const late = isWorkerLate(rows.workerMsAgo)
  result.push({
    label: 'Worker',
    tone: late ? 'bad' : 'good',
    text: rows.workerMsAgo === null ? 'has not started' : late ? 'stands still, last seen' : 'running',
    at: late && rows.workerMsAgo !== null ? new Date(now.getTime() - rows.workerMsAgo).toISOString() : null,
  })
  return result
}
