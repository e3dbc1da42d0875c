/** `npm run backfill`: compares Stripe's list of events with what was delivered to a tenant, and folds what never came. */
import { backfillStep, type BackfillProgress } from '@/lib/inbox/backfill/backfill-step'
import { isCompared } from '@/lib/inbox/backfill/core/look'
import { backfillsOf, type BackfillView } from '@/lib/inbox/backfill/queries'
import { startBackfill } from '@/lib/inbox/backfill/start-backfill'
import { drainStep } from '@/lib/inbox/drain'
import { clock } from '@/lib/kernel/clock'
import { publicId } from '@/lib/kernel/public-id'
import { readArguments, runCommand, scopeOfArguments } from './command'
import { Sentence } from './sentence'

const help = `npm run backfill -- --tenant <name> [--mode test] [--since 2026-11-01T00:00:00Z]

Compares Stripe's list of events with what was delivered: what never arrived is stored and folded like a delivery.

  --tenant <name>         whose Stripe accounts: the name that its addresses begin with
  --mode live|test        default live
  --since T               from then on, or from where the last comparison ended when that is earlier, which is the default.
                          Stripe keeps events for 30 days.
`

const values = readArguments({ tenant: { type: 'string' }, mode: { type: 'string' }, since: { type: 'string' } }, help)

await runCommand(async () => {
  const since = typeof values.since === 'string' ? new Date(values.since) : null
  if (since !== null && Number.isNaN(since.getTime())) throw new Sentence(`--since is ${String(values.since)}: write a moment such as 2026-11-01T00:00:00Z.`)
  const scope = await scopeOfArguments(values)
  const before = new Map((await backfillsOf(scope)).map((view) => [view.connection_id, view]))
  const { asked_at } = await startBackfill(scope, { since, actor: { kind: 'operator' } })
  const told = new Map<string, BackfillProgress>()
  for (;;) {
    await backfillStep((progress) => {
      told.set(progress.connection_id, { ...progress })
      if (process.stderr.isTTY)
        process.stderr.write(`\r${publicId('connection', progress.connection_id)}: ${progress.listed} events listed, ${progress.found} found `)
    })
    const views = (await backfillsOf(scope)).filter((view) => view.state === 'active')
    if (views.every((view) => isCompared(view, asked_at))) {
      if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
      while (await drainStep(`backfill-${process.pid}`)) continue
      return say(views)
    }
    await clock.sleep(300)
  }

  function say(views: BackfillView[]): void {
    for (const view of views) {
      const listed = told.get(view.connection_id)
      const found = view.found - (before.get(view.connection_id)?.found ?? 0)
      const name = publicId('connection', view.connection_id)
      if (view.last_error !== null) {
        process.stdout.write(`${name}: could not be compared: ${view.last_error}\n`)
        process.exitCode = 1
      } else
        process.stdout.write(
          `${name}: ${listed ? `${listed.listed} events listed since ${listed.from.toISOString()}, ` : ''}${found} had never been delivered\n`,
        )
    }
  }
})
