import Link from 'next/link'
import { FieldChanges } from '@/components/events/field-changes'
import { State } from '@/components/state/state'
import { FigureStrip } from '@/components/ui/figure-strip'
import { Notice } from '@/components/ui/notice'
import { Fact, Facts, Page, Panel, Section } from '@/components/ui/page'
import { Tag } from '@/components/ui/pill'
import { PostButton } from '@/components/ui/post-button'
import { Time } from '@/components/ui/time'
import { ApplyReplay } from './apply-replay'
import type { ReplayChange, ReplayDetailView } from './view'

/** One replay: how far it is, and what it changes or would change. */
export function ReplayDetail({ of, backHref, hrefBase }: { of: ReplayDetailView; backHref: string; hrefBase: string }) {
  const over = of.state !== 'queued' && of.state !== 'running'
  const nothing = of.counts.payments + of.counts.others + of.counts.events + of.counts.effects + of.counts.opened + of.counts.closed === 0
  return (
    <Page>
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <Link href={backHref} className="mb-1 inline-flex rounded-sm text-sm text-faint hover:text-ink hover:underline">
            <span aria-hidden="true">←&nbsp;</span>Replays
          </Link>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <h1 className="text-xl font-semibold tracking-[-0.01em]">{of.dryRun ? 'Dry run of a replay' : 'Replay'}</h1>
            <State of="replay" is={of.state} ground focusable />
            {of.dryRun && <Tag>changes nothing</Tag>}
          </div>
          <p className="mt-1 text-sm text-soft">{of.what}</p>
        </div>
        <div className="flex flex-wrap gap-2">
          {of.cancelPath !== null && <PostButton path={of.cancelPath}>Cancel</PostButton>}
          {of.apply !== null && <ApplyReplay path={of.apply.path} body={of.apply.body} hrefBase={hrefBase} />}
        </div>
      </header>

      {!over && (
        <div>
          <div
            role="progressbar"
            aria-label="Progress"
            aria-valuetext={`${number(of.found)} events looked at`}
            className="relative h-1 overflow-hidden rounded-full bg-pressed"
          >
            <span className="absolute inset-y-0 left-0 w-1/3 animate-sweep bg-accent" />
          </div>
          <p role="status" className="figures mt-1.5 text-sm text-soft">
            {of.state === 'queued' ? 'Waits for the worker.' : `${number(of.found)} events looked at so far.`} This page keeps itself fresh.
          </p>
        </div>
      )}
      {of.error !== null && (
        <Notice tone="bad" title="It stopped before its end">
          <code className="font-mono text-xs [overflow-wrap:anywhere]">{of.error}</code>
        </Notice>
      )}
      {over && of.state === 'done' && nothing && (
        <Notice tone="good" title={of.dryRun ? 'Nothing would change' : 'Nothing changed'}>
          {of.found === 0 ? 'No stored event fits.' : 'Everything that these events say is known already, and the books say the same.'}
        </Notice>
      )}

      <FigureStrip
        label={of.dryRun ? 'What would change' : 'What changed'}
        figures={[
          {
            label: 'Events folded',
            value: number(of.folded),
            ...(of.failed > 0 ? { note: `${number(of.failed)} could not be` } : {}),
            meaning: 'Stored events that were used again.',
          },
          {
            label: of.dryRun ? 'Payments that would change' : 'Payments changed',
            value: number(of.counts.payments),
            meaning: 'Each payment once, with all that hangs on it.',
          },
          {
            label: of.dryRun ? 'Effects it would queue' : 'Effects queued',
            value: number(of.counts.effects),
            meaning: 'What would be told to a store. A store is read first: what was done is not done again.',
          },
          { label: 'Exceptions', value: `+${number(of.counts.opened)} −${number(of.counts.closed)}`, meaning: 'Opened and closed.' },
          { label: 'Other rows', value: number(of.counts.others), meaning: 'Payouts, balance transactions, sessions without a payment, accounts.' },
        ]}
      />

      <div className="grid items-start gap-x-6 gap-y-6 lg:grid-cols-[minmax(0,1fr)_23rem]">
        <div className="grid min-w-0 gap-6">
          <Section title="The difference" note={of.counts.payments > of.changes.length ? `the first ${of.changes.length} payments` : undefined}>
            <Panel className="overflow-hidden">
              {of.changes.length === 0 ? (
                <p className="px-4 py-3 text-sm text-soft">{over ? 'No payment differs.' : 'Nothing found so far.'}</p>
              ) : (
                <ul className="divide-y divide-line">
                  {of.changes.map((change) => (
                    <Change key={change.payment.name} of={change} />
                  ))}
                </ul>
              )}
            </Panel>
          </Section>
          {of.problems.length > 0 && (
            <Section title="Could not be used" note={of.failed > of.problems.length ? `the first ${of.problems.length}` : undefined}>
              <Panel>
                <ul className="divide-y divide-line">
                  {of.problems.map((problem) => (
                    <li key={problem.eventId} className="px-4 py-2.5 text-sm">
                      <Link href={problem.href} className="font-mono text-xs hover:underline">
                        {problem.type}
                      </Link>
                      <p className="text-soft [overflow-wrap:anywhere]">{problem.reason}</p>
                    </li>
                  ))}
                </ul>
              </Panel>
            </Section>
          )}
        </div>
        <div className="grid min-w-0 gap-6">
          <Section title="Who and when">
            <Panel className="px-4">
              <Facts>
                <Fact name="Asked by">{of.who}</Fact>
                <Fact name="Asked">
                  <Time at={of.at} />
                </Fact>
                <Fact name="Began">{of.startedAt === null ? 'Not yet' : <Time at={of.startedAt} show="seconds" />}</Fact>
                <Fact name="Ended">{of.finishedAt === null ? 'Not yet' : <Time at={of.finishedAt} show="seconds" />}</Fact>
              </Facts>
            </Panel>
          </Section>
          {of.outcomes.length > 0 && (
            <Section title="Events that end otherwise" note={of.counts.events > of.outcomes.length ? `the first ${of.outcomes.length}` : undefined}>
              <Panel>
                <ul className="divide-y divide-line">
                  {of.outcomes.map((event) => (
                    <li key={event.id} className="px-4 py-2 text-sm">
                      <Link href={event.href} className="font-mono text-xs hover:underline">
                        {event.type}
                      </Link>
                      <p className="text-soft">
                        {event.from} <span aria-hidden="true">→</span>
                        <span className="sr-only">becomes</span> <span className="text-ink">{event.to}</span>
                      </p>
                    </li>
                  ))}
                </ul>
              </Panel>
            </Section>
          )}
        </div>
      </div>
    </Page>
  )
}

function Change({ of }: { of: ReplayChange }) {
  return (
    <li className="px-4 py-3 text-sm">
      <div className="flex flex-wrap items-baseline gap-x-3">
        {of.payment.href === undefined ? (
          <span className="font-mono text-xs">{of.payment.name}</span>
        ) : (
          <Link href={of.payment.href} className="font-mono text-xs underline decoration-line-strong underline-offset-3 hover:decoration-ink">
            {of.payment.name}
          </Link>
        )}
        {of.isNew && <Tag>new</Tag>}
      </div>
      <FieldChanges fields={of.fields} />
      <Named what="Queues" list={of.effects} />
      <Named what="Opens" list={of.opened} />
      <Named what="Closes" list={of.closed} />
    </li>
  )
}

function Named({ what, list }: { what: string; list: ReadonlyArray<string> }) {
  if (list.length === 0) return null
  return (
    <p className="mt-1 text-soft">
      {what}: <span className="text-ink">{list.join(', ')}</span>
    </p>
  )
}

function number(of: number): string {
  return of.toLocaleString('en-US')
}
