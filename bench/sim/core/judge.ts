import { createHash } from 'node:crypto'
import { historyOf, type History } from './histories'
import { asText, runThrough, type EndState } from './product'
import { seededRandom } from './random'
import { anyOrder, inOrder, type Step } from './schedule'
import { untruths } from './truth'

/** Why a case is a violation, in words; null when it is none. `kind` groups them. */
export type Verdict = { kind: 'differs' | 'untrue' | 'replay' | 'unsettled'; words: string[] } | null
export type Case = { history: History; steps: Step[] }

export function caseOf(family: string, seed: string): Case {
  const history = historyOf(family, seed)
  return { history, steps: anyOrder(history, seededRandom(`${family}/${seed}/schedule`)) }
}

/** Folds a case in order and as scheduled, and compares: the two ends, the end and Stripe's last word, the end and a replay. */
export function judge({ history, steps }: Case): { verdict: Verdict; hash: string; events: number } {
  const events = steps.filter((step) => step.kind === 'event').length
  try {
    const plain = runThrough(history, inOrder(history))
    const other = runThrough(history, steps)
    const [a, b] = [JSON.stringify(plain.end, asText), JSON.stringify(other.end, asText)]
    const hash = createHash('sha256').update(a).update(b).digest('hex').slice(0, 16)
    if (a !== b) return { verdict: { kind: 'differs', words: differences(plain.end, other.end) }, hash, events }
    const lies = untruths(history, other.end)
    if (lies.length > 0) return { verdict: { kind: 'untrue', words: lies }, hash, events }
    for (const [run, end] of [
      [plain, a],
      [other, b],
    ] as const)
      if (run.again !== end) return { verdict: { kind: 'replay', words: differences(run.end, JSON.parse(run.again) as EndState) }, hash, events }
    return { verdict: null, hash, events }
  } catch (error) {
    return { verdict: { kind: 'unsettled', words: [error instanceof Error ? error.message : String(error)] }, hash: 'none', events }
  }
}

function differences(one: EndState, other: EndState): string[] {
  const words: string[] = []
  const [a, b] = [JSON.parse(JSON.stringify(one, asText)) as EndState, JSON.parse(JSON.stringify(other, asText)) as EndState]
  for (const table of Object.keys(a))
    for (const id of new Set([...Object.keys(a[table] ?? {}), ...Object.keys(b[table] ?? {})])) {
      const [left, right] = [a[table]?.[id], b[table]?.[id]]
      for (const name of new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})])) {
        const [from, to] = [JSON.stringify(left?.[name]), JSON.stringify(right?.[name])]
        if (from !== to) words.push(`${table} ${id} ${name}: ${from} in order, ${to} otherwise`)
      }
    }
  return words
}

/** What a violation is about, without its ids and values, so that one cause is counted as one. */
export function signatureOf({ kind, words }: NonNullable<Verdict>): string {
  const parts = words.map((line) => {
    const [table, , name] = line.split(' ')
    return kind === 'unsettled' ? line.replace(/\b([a-z]{2,3})_\w+/g, '$1_') : `${table}.${name?.replace(':', '')}`
  })
  return `${kind} ${[...new Set(parts)].sort().join(' ')}`
}

/** The smallest case that is still the same violation: steps are left out, then events, as long as it stays one. */
export function reduce(found: Case, verdict: NonNullable<Verdict>): Case {
  let best = found
  const signature = signatureOf(verdict)
  const still = (candidate: Case) => {
    const next = judge(candidate).verdict
    return next !== null && signatureOf(next) === signature
  }
  for (let changed = true; changed;) {
    changed = false
    for (let at = best.steps.length - 1; at >= 0; at--) {
      const step = best.steps[at]
      if (!step) continue
      const repeated = step.kind === 'event' && best.steps.some((other, index) => index !== at && other.kind === 'event' && other.index === step.index)
      const fewer = { history: best.history, steps: best.steps.filter((_, index) => index !== at) }
      // What nothing told but a read has no moment of its own: a success stays told.
      if (step.kind === 'event' && !repeated && /succeeded$|completed$/.test(best.history.told[step.index]?.type ?? '')) continue
      const candidate = step.kind !== 'event' || repeated ? fewer : withoutEvent(best, step.index)
      if (still(candidate)) {
        best = candidate
        changed = true
        at = Math.min(at, best.steps.length)
      }
    }
    for (let at = 0; at + 1 < best.steps.length; at++) {
      const [a, b] = [best.steps[at], best.steps[at + 1]]
      if (a?.kind !== 'event' || b?.kind !== 'event' || a.index <= b.index) continue
      const candidate = { history: best.history, steps: best.steps.map((step, index) => (index === at ? b : index === at + 1 ? a : step)) }
      if (still(candidate)) {
        best = candidate
        changed = true
      }
    }
  }
  return best
}

function withoutEvent(from: Case, index: number): Case {
  return {
    history: { ...from.history, told: from.history.told.filter((_, at) => at !== index) },
    steps: from.steps.flatMap((step): Step[] =>
      step.kind !== 'event' ? [step] : step.index === index ? [] : [{ kind: 'event', index: step.index > index ? step.index - 1 : step.index }],
    ),
  }
}

/** A case as a person reads it. */
export function describeCase({ history, steps }: Case): string[] {
  const start = history.versions[0]?.second ?? 0
  const at = (second: number) => `${second - start}s`
  return steps.map((step) => {
    if (step.kind !== 'event')
      return `${step.kind}${step.kind === 'read' ? ` ${step.id} (${step.as})` : ''} as of ${at(step.second)}, moment ${step.seq}${step.delay ? `, folded ${step.delay} later` : ''}`
    const told = history.told[step.index]
    if (!told) return 'nothing'
    const { id, status, payment_status, amount_refunded, pending_reason, balance_transaction } = told.object
    return `${told.type} at ${at(told.second)}, moment ${told.seq}, ${told.api_version}: ${JSON.stringify({ id, status, payment_status, amount_refunded, pending_reason, balance_transaction })}`
  })
}
