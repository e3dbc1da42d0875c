import { seededRandom } from './random'
import { Life, type Manner, type Told, type Version } from './life'
import {
  authorised,
  available,
  balanced,
  checkout,
  contradicted,
  delayed,
  disputed,
  edited,
  editedSilently,
  lone,
  newPayment,
  paid,
  payout,
  refunded,
  tries,
  type Attempt,
  type Payment,
  type Walk,
} from './walks'

/** Everything that happened at Stripe in one case. */
export type History = { family: string; versions: Version[]; told: Told[]; attempts: Attempt[]; silent: boolean; otherApi: boolean }

type Plot = (life: Life, attempts: Attempt[]) => Walk[]

function* inTurn(...walks: Walk[]): Walk {
  for (const walk of walks) yield* walk
}

/** Walks side by side, once the first is through. */
const after = (life: Life, first: Walk, ...then: Walk[]): Walk => inTurn(first, together(life, then))

function* together(life: Life, walks: Walk[]): Walk {
  const live = [...walks]
  while (live.length > 0) {
    const walk = life.random.pick(live)
    if (walk.next().done) live.splice(live.indexOf(walk), 1)
    else yield
  }
}

function attemptOf(life: Life, attempts: Attempt[]): Attempt {
  const hex = (length: number) => Array.from({ length }, () => life.random.int(16).toString(16)).join('')
  const attempt = { id: `${hex(8)}-${hex(4)}-7${hex(3)}-8${hex(3)}-${hex(12)}`, session: life.id('cs'), known: life.random.chance(0.7) }
  attempts.push(attempt)
  return attempt
}

const bought = (life: Life, payment: Payment): Walk => inTurn(tries(life, payment, 1, 0.2), paid(life, payment))
const refundEnds = ['succeeded', 'succeeded', 'failed', 'failed late', 'canceled', 'open'] as const

/** The families, by name. Each case of a family is another history: other turns, other seconds, other ids. */
const plots: Record<string, Plot> = {
  'checkout, paid at once': (life, attempts) => {
    const payment = newPayment(life)
    return [after(life, checkout(life, payment, attemptOf(life, attempts), 'paid'), balanced(life, payment))]
  },
  'checkout, unpaid, then succeeded': (life, attempts) => {
    const payment = newPayment(life)
    return [after(life, checkout(life, payment, attemptOf(life, attempts), 'succeeded'), balanced(life, payment))]
  },
  'checkout, unpaid, then failed': (life, attempts) => [checkout(life, newPayment(life), attemptOf(life, attempts), 'failed')],
  'checkout, expired': (life, attempts) => [checkout(life, newPayment(life), attemptOf(life, attempts), 'expired')],
  'checkout, expired and complete': (life, attempts) => [checkout(life, newPayment(life), attemptOf(life, attempts), 'both')],
  card: (life) => {
    const payment = newPayment(life)
    return [after(life, bought(life, payment), balanced(life, payment))]
  },
  '3-D Secure': (life) => {
    const payment = newPayment(life)
    return [inTurn(tries(life, payment, 3, 0.8), ...(life.random.chance(0.6) ? [paid(life, payment)] : []))]
  },
  declines: (life) => {
    const payment = newPayment(life)
    return [inTurn(tries(life, payment, 5, 0.1), ...(life.random.chance(0.5) ? [paid(life, payment), balanced(life, payment)] : []))]
  },
  delayed: (life) => {
    const payment = newPayment(life)
    return [inTurn(tries(life, payment, 1, 0), delayed(life, payment, life.random.chance(0.5)), balanced(life, payment))]
  },
  'partial capture': (life) => {
    const payment = newPayment(life)
    return [inTurn(tries(life, payment, 1, 0.2), authorised(life, payment, 'once'))]
  },
  'several captures': (life) => {
    const payment = newPayment(life)
    return [inTurn(tries(life, payment, 1, 0.2), authorised(life, payment, 'several'))]
  },
  'authorisation given up': (life) => {
    const payment = newPayment(life)
    return [inTurn(tries(life, payment, 1, 0.2), authorised(life, payment, life.random.pick(['expired', 'canceled'])))]
  },
  refund: (life) => {
    const payment = newPayment(life)
    const refunds = Array.from({ length: 1 + life.random.int(3) }, () => refunded(life, payment, life.random.pick(['succeeded', 'succeeded', 'open'])))
    return [after(life, bought(life, payment), balanced(life, payment), ...refunds)]
  },
  'failed refund': (life) => {
    const payment = newPayment(life)
    const refunds = Array.from({ length: 1 + life.random.int(2) }, () => refunded(life, payment, life.random.pick(['failed', 'failed late', 'canceled'])))
    return [after(life, bought(life, payment), balanced(life, payment), ...refunds, refunded(life, payment, 'succeeded'))]
  },
  'dispute with appeal': (life) => {
    const payment = newPayment(life)
    const second = life.random.chance(0.2) ? [disputed(life, payment)] : []
    return [after(life, bought(life, payment), balanced(life, payment), disputed(life, payment), ...second)]
  },
  'payout failed': (life) => [payout(life), ...(life.random.chance(0.2) ? [payout(life)] : [])],
  'charge without an intent': (life) => {
    const payment = newPayment(life)
    return [
      after(
        life,
        lone(life, payment),
        balanced(life, payment),
        refunded(life, payment, life.random.pick(refundEnds)),
        ...(life.random.chance(0.3) ? [disputed(life, payment)] : []),
      ),
    ]
  },
  edits: (life) => {
    const payment = newPayment(life)
    return [after(life, bought(life, payment), edited(life, payment), balanced(life, payment), refunded(life, payment, 'succeeded'))]
  },
  'edits that nothing tells of': (life) => {
    const payment = newPayment(life)
    return [bought(life, payment), editedSilently(life, payment)]
  },
  'two words that cannot both be': (life) => {
    const payment = newPayment(life)
    return [
      after(life, bought(life, payment), contradicted(life, payment), refunded(life, payment, life.random.pick(['failed', 'canceled', 'failed late']))),
      payout(life),
    ]
  },
  'late balance transactions': (life) => {
    const payment = newPayment(life)
    return [after(life, bought(life, payment), balanced(life, payment), refunded(life, payment, 'failed late'), available(life))]
  },
  'all at once': (life, attempts) => {
    const payment = newPayment(life)
    const other = newPayment(life)
    return [
      after(
        life,
        checkout(life, payment, attemptOf(life, attempts), life.random.pick(['paid', 'succeeded'])),
        balanced(life, payment),
        edited(life, payment),
        refunded(life, payment, life.random.pick(refundEnds)),
        ...(life.random.chance(0.5) ? [disputed(life, payment)] : []),
      ),
      after(life, bought(life, other), refunded(life, other, life.random.pick(refundEnds))),
      payout(life),
    ]
  },
}

/** These are told again with a share of the events in another API's shape, or with words that Stripe may grow. */
const otherShapes = ['checkout, paid at once', 'card', 'delayed', 'partial capture', 'failed refund', 'dispute with appeal', 'payout failed']

export const familyNames: readonly string[] = [
  ...Object.keys(plots),
  ...otherShapes.map((name) => `${name} (other API releases)`),
  ...otherShapes.map((name) => `${name} (unknown values)`),
]

/** The history that a family and a seed make; the same every time. */
export function historyOf(family: string, seed: string): History {
  const [, name = family, shape] = /^(.*?) \((other API releases|unknown values)\)$/.exec(family) ?? []
  const plot = plots[name]
  if (!plot) throw new Error(`there is no family "${family}"`)
  const random = seededRandom(`${family}/${seed}/life`)
  const manner: Manner = {
    burst: random.pick([1, 0.9, 0.7, 0.5, 0.3, 0]),
    otherApi: shape === 'other API releases' ? random.pick([0.2, 0.5, 1]) : 0,
    newWords: shape === 'unknown values',
  }
  const life = new Life(random, manner)
  const attempts: Attempt[] = []
  const walks = plot(life, attempts)
  const all = together(life, walks)
  while (!all.next().done) life.wait()
  return {
    family,
    versions: life.versions,
    told: life.told,
    attempts,
    silent: life.silent,
    otherApi: life.told.some((told) => told.api_version !== '2026-10-28.endive'),
  }
}
