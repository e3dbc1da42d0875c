/** `npm run replay`: folds stored events of a tenant again. A dry run first, always; `--apply` then does it. */
import { createInterface } from 'node:readline/promises'
import type { Scope } from '@/lib/db/tenant'
import type { PaymentDifference } from '@/lib/inbox/replay/core/difference'
import { readReplayFilter, type ReplayFilter } from '@/lib/inbox/replay/core/filter'
import { replayById, type ReplayRow } from '@/lib/inbox/replay/queries'
import { replayStep } from '@/lib/inbox/replay/replay-step'
import { startReplay } from '@/lib/inbox/replay/start-replay'
import { clock } from '@/lib/kernel/clock'
import { publicId } from '@/lib/kernel/public-id'
import { readArguments, runCommand, scopeOfArguments } from './command'
import { Sentence } from './sentence'

const help = `npm run replay -- --tenant <name> [--mode test] <which events> [--apply [--yes]]

Folds stored events again, the whole history of what they belong to. Without --apply it only tells what would change.

  --tenant <name>         whose inbox: the name that its addresses begin with
  --mode live|test        default live

  --event evt_...         one event (or inb_..., our own id)
  --payment pi_...        a payment, by any id of it: pi_, ch_, re_, dp_, cs_, or pay_... of ours
  --since T, --until T    when we received it: 2026-11-21T10:00:00Z; the first included, the second not
  --type charge.*         a type, or all that begin so; may be repeated
  --state quarantined     applied, ignored or quarantined; may be repeated
  --reason fold_failed    code of the reason; may be repeated
  --kind delivery         delivery, read, backfill or reply; may be repeated
  --only alarm            alarm (a repeat was not the same event) or repeated
  --connection con_...    of one Stripe account; may be repeated
  --all                   the whole inbox of this tenant and mode

  --apply                 after the dry run, asks, and then does it
  --yes                   does not ask
`

const values = readArguments(
  {
    ...Object.fromEntries(['tenant', 'mode', 'event', 'payment', 'since', 'until'].map((name) => [name, { type: 'string' as const }])),
    ...Object.fromEntries(['type', 'state', 'reason', 'kind', 'only', 'connection'].map((name) => [name, { type: 'string' as const, multiple: true }])),
    ...Object.fromEntries(['all', 'apply', 'yes'].map((name) => [name, { type: 'boolean' as const }])),
  },
  help,
)

await runCommand(async () => {
  const { event, payment, since, until, type: types, state: states, reason: reasons, kind: kinds, only, connection: connections, all } = values
  const filter = readReplayFilter({ event, payment, since, until, types, states, reasons, kinds, only, connections, all })
  const scope = await scopeOfArguments(values)
  const dry = await run(scope, filter, true)
  say(dry)
  if (values.apply !== true) return
  if (isNothing(dry)) return void process.stdout.write('Nothing to do.\n')
  if (values.yes !== true && !(await agrees())) return void process.stdout.write('Left as it is.\n')
  say(await run(scope, filter, false))
})

/** This process folds as well as any worker: whoever is free goes on. */
async function run(scope: Scope, filter: ReplayFilter, dry_run: boolean): Promise<ReplayRow> {
  const { id } = await startReplay(scope, { filter, dry_run, actor: { kind: 'operator' } })
  for (;;) {
    await replayStep(id)
    const now = await replayById(scope, id)
    if (now === null) throw new Error('the replay is gone')
    if (process.stderr.isTTY) process.stderr.write(`\r${dry_run ? 'Dry run' : 'Replay'} ${publicId('replay', id)}: ${now.found} found, ${now.folded} folded `)
    if (now.state === 'failed') throw new Sentence(`The replay failed: ${now.error ?? 'no reason was kept'}.`)
    if (now.state !== 'queued' && now.state !== 'running') {
      if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
      return now
    }
    await clock.sleep(200)
  }
}

function isNothing({ difference: { counts } }: ReplayRow): boolean {
  return Object.values(counts).every((count) => count === 0)
}

async function agrees(): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Sentence('Nobody is here to answer: add --yes to apply without asking.')
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question('Apply this? y/N ')
  terminal.close()
  return /^y(es)?$/i.test(answer.trim())
}

function say(replay: ReplayRow): void {
  const { counts, payments, events } = replay.difference
  const would = replay.dry_run ? 'would be ' : ''
  const lines = [
    `${replay.dry_run ? 'Dry run' : 'Replay'} ${publicId('replay', replay.id)}: ${replay.found} events found, ${replay.folded} folded${replay.state === 'canceled' ? ', canceled' : ''}.`,
  ]
  if (isNothing(replay)) lines.push(`Nothing ${would || 'was '}changed.`.replace('would be changed', 'would change'))
  for (const payment of payments) lines.push('', ...linesOf(payment))
  if (counts.payments > payments.length) lines.push('', `... and ${counts.payments - payments.length} more payments`)
  if (events.length > 0) lines.push('', ...events.map((event) => `${event.event_id}  ${event.type}: ${event.from} -> ${event.to}`))
  if (counts.events > events.length) lines.push(`... and ${counts.events - events.length} more events`)
  if (replay.failed > 0)
    lines.push('', `${replay.failed} could not be folded:`, ...replay.problems.map((problem) => `${problem.event_id}  ${problem.type}: ${problem.reason}`))
  if (!isNothing(replay))
    lines.push(
      '',
      `${counts.payments} payments and ${counts.others} other rows ${would}changed, ${counts.events} events ${would}judged anew, ${counts.effects} effects ${would}queued, ` +
        `${counts.exceptions_opened} exceptions ${would}opened, ${counts.exceptions_closed} ${would}closed.`,
    )
  process.stdout.write(`${lines.join('\n')}\n`)
}

function linesOf(payment: PaymentDifference): string[] {
  const text = (value: unknown) => (value === null ? '(nothing)' : typeof value === 'string' ? value : JSON.stringify(value))
  return [
    `${payment.stripe_id}  ${publicId('payment', payment.payment_id)}${payment.is_new ? '  new' : ''}`,
    ...Object.entries(payment.fields).map(([name, [from, to]]) => `  ${name}: ${text(from)} -> ${text(to)}`),
    ...payment.effects.map((effect) => `  queues ${effect.key}`),
    ...payment.exceptions_opened.map((exception) => `  opens ${exception.key}`),
    ...payment.exceptions_closed.map((exception) => `  closes ${exception.key}`),
  ]
}
