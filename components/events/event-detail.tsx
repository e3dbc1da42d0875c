import Link from 'next/link'
import type { ReactNode } from 'react'
import { Amount } from '@/components/money/amount'
import { State } from '@/components/state/state'
import { wordFor } from '@/components/state/words'
import { ButtonLink } from '@/components/ui/button'
import { CopyId } from '@/components/ui/copy-id'
import { Glyph } from '@/components/ui/glyph'
import { hint } from '@/components/ui/hint'
import { Notice } from '@/components/ui/notice'
import { Fact, Facts, Page, Panel, Section } from '@/components/ui/page'
import { Time } from '@/components/ui/time'
import { durationText } from './duration'
import { FieldChanges } from './field-changes'
import { JsonTree } from './json-tree'
import { Outcome } from './outcome'
import type { EventChangeView, EventDetailView, EventRow, EventStep } from './view'

/** One event: its way through the house, what it changed, what else is known of its object, its content. */
export function EventDetail({ of, backHref, actions }: { of: EventDetailView; backHref: string; actions?: ReactNode }) {
  const reason = of.reason === null ? null : wordFor('eventReason', of.reason)
  return (
    <Page>
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <Link href={backHref} className="mb-1 inline-flex rounded-sm text-sm text-faint hover:text-ink hover:underline">
            <span aria-hidden="true">←&nbsp;</span>Events
          </Link>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <h1 className="min-w-0 text-xl font-semibold tracking-[-0.01em] [overflow-wrap:anywhere]">{of.type}</h1>
            <State of="event" is={of.outcome} ground focusable />
            <State of="eventKind" is={of.kind} ground focusable />
          </div>
          <p className="mt-1 flex flex-wrap items-baseline gap-x-3 text-sm text-soft">
            <CopyId id={of.eventId} label="event id" full />
            {of.object !== null && (
              <span>
                about{' '}
                {of.object.href === undefined ? (
                  <CopyId id={of.object.name} label="object id" />
                ) : (
                  <Link href={of.object.href} className="font-mono text-xs text-ink underline decoration-line-strong underline-offset-3 hover:decoration-ink">
                    {of.object.name}
                  </Link>
                )}
              </span>
            )}
            <span>{of.connection}</span>
          </p>
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>

      {of.outcome === 'quarantined' && reason !== null && (
        <Notice tone="attention" title={`Set aside: ${reason.label.toLowerCase()}`}>
          {reason.sentence}
          {of.reasonDetail !== null && <code className="mt-1 block font-mono text-xs [overflow-wrap:anywhere]">{of.reasonDetail}</code>}
        </Notice>
      )}
      {of.alarmDetail !== null && (
        <Notice tone="bad" title="The same id came again with other content">
          What differs: {of.alarmDetail.differs}. <Time at={of.alarmDetail.at} />. The first one is kept and used. Compare the event in Stripe; if you cannot
          explain it, roll the endpoint’s signing secret.
        </Notice>
      )}

      <div className="grid items-start gap-x-6 gap-y-6 lg:grid-cols-[minmax(0,1fr)_23rem]">
        <div className="grid min-w-0 gap-6">
          <Section title="What became of it">
            <Panel className="px-4 py-3">
              <Steps steps={of.steps} />
            </Panel>
          </Section>
          <Section title="What it changed" note={of.changes.length === 100 ? 'the first 100' : undefined}>
            <Panel className="overflow-hidden">
              <Changes of={of} />
            </Panel>
          </Section>
          <Section title="Content" note={`${Math.ceil(of.content.bytes / 1024)} kB; names, addresses and secrets are hidden`}>
            <Panel>
              {of.content.text === null ? (
                <p className="px-4 py-3 text-sm text-soft">{of.content.bytes > 0 ? 'It is too long to be shown here, or is no JSON.' : 'It has no content.'}</p>
              ) : (
                <JsonTree value={of.content.json} text={of.content.text} label="Content of the event" />
              )}
            </Panel>
          </Section>
        </div>
        <div className="grid min-w-0 gap-6">
          <Section title="Times">
            <Panel className="px-4">
              <Facts>
                <Fact name={of.asOf === null ? 'Made by Stripe' : 'As of'}>
                  <Time at={of.asOf ?? of.createdAt} />
                </Fact>
                <Fact name="Received">
                  <Time at={of.receivedAt} />
                </Fact>
                <Fact name={<span {...hint('From Stripe’s time to its arrival here. Stripe’s times have whole seconds.')}>On its way</span>}>
                  <span className="figures">{durationText(Date.parse(of.receivedAt) - Date.parse(of.asOf ?? of.createdAt))}</span>
                </Fact>
                <Fact name={of.replayed ? 'Last processed' : 'Processed'}>{of.processedAt === null ? 'Not yet' : <Time at={of.processedAt} />}</Fact>
                <Fact name={<span {...hint('From its arrival here until it was processed.')}>Took</span>}>
                  {of.replayed ? 'replayed since' : of.tookMs === null ? '–' : <span className="figures">{durationText(of.tookMs)}</span>}
                </Fact>
                <Fact name="Tries">
                  <span className="figures">{of.attempts}</span>
                </Fact>
              </Facts>
            </Panel>
          </Section>
          <Section title="Where it came from">
            <Panel className="px-4">
              <Facts>
                <Fact name="Account">
                  <CopyId id={of.accountId} label="Stripe account" />
                </Fact>
                {of.endpoint !== null && (
                  <Fact name="Endpoint">
                    <span className="font-mono text-xs break-all">{of.endpoint.url}</span>
                  </Fact>
                )}
                <Fact name="API version">{of.apiVersion === null ? 'Ours' : <span className="font-mono text-xs">{of.apiVersion}</span>}</Fact>
                <Fact name="Our id">
                  <CopyId id={of.id} label="our id" />
                </Fact>
              </Facts>
            </Panel>
          </Section>
          {of.reads.length > 0 && (
            <Section title="Reads still to come">
              <Panel className="px-4">
                <Facts>
                  {of.reads.map((read) => (
                    <Fact key={read.objectId} name={<CopyId id={read.objectId} label="object id" />}>
                      <span className="block">{read.why}</span>
                      <Time at={read.dueAt} show="relative" className="text-faint" />
                      {read.error !== null && (
                        <span className="block text-attention-ink">
                          {read.attempts} tries: {read.error}
                        </span>
                      )}
                    </Fact>
                  ))}
                </Facts>
              </Panel>
            </Section>
          )}
          {of.object !== null && (
            <Section
              title="More about the same object"
              actions={
                of.others.length === 0 || of.othersHref === null ? undefined : (
                  <ButtonLink href={of.othersHref} look="ghost" size="sm">
                    All
                  </ButtonLink>
                )
              }
            >
              <Panel>
                {of.others.length === 0 ? <p className="px-4 py-3 text-sm text-soft">Nothing else was heard or read of it.</p> : <Others rows={of.others} />}
              </Panel>
            </Section>
          )}
        </div>
      </div>
    </Page>
  )
}

function Steps({ steps }: { steps: ReadonlyArray<EventStep> }) {
  return (
    <ol>
      {steps.map((step) => (
        <li key={step.key} className="group/step relative grid grid-cols-[0.625rem_minmax(0,1fr)_auto] items-baseline gap-x-3 pb-3 last:pb-0">
          <span className="relative flex h-full justify-center">
            <span aria-hidden="true" className="absolute top-5 -bottom-2 w-px bg-line group-last/step:hidden" />
            <Glyph tone={step.tone} className="mt-[5px]" />
          </span>
          <div className="min-w-0">
            <p className="text-sm font-medium text-ink">{step.title}</p>
            <p className="text-sm text-soft [overflow-wrap:anywhere]">{step.text}</p>
          </div>
          {step.at === null ? <span /> : <Time at={step.at} show="seconds" className="text-xs text-faint" />}
        </li>
      ))}
    </ol>
  )
}

function Changes({ of }: { of: EventDetailView }) {
  if (of.changes.length === 0)
    return (
      <p className="px-4 py-3 text-sm text-soft">
        {of.outcome === 'applied' ? 'No payment: it changed something that belongs to none, such as a payout or a session.' : 'Nothing.'}
      </p>
    )
  return (
    <ul className="divide-y divide-line">
      {of.changes.map((change) => (
        <Change key={`${change.payment.name}${change.objectId}`} of={change} />
      ))}
    </ul>
  )
}

function Change({ of }: { of: EventChangeView }) {
  return (
    <li className="px-4 py-3 text-sm">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span>
          {of.payment.href === undefined ? (
            of.payment.name
          ) : (
            <Link href={of.payment.href} className="font-medium underline decoration-line-strong underline-offset-3 hover:decoration-ink">
              {of.payment.name}
            </Link>
          )}
          {of.order !== null && <span className="text-soft"> of {of.order}</span>}
        </span>
        <Amount of={of.amount} />
      </div>
      <FieldChanges fields={of.fields} />
    </li>
  )
}

function Others({ rows }: { rows: ReadonlyArray<EventRow> }) {
  return (
    <ul className="divide-y divide-line">
      {rows.map((row) => (
        <li key={row.id} className="relative grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 px-4 py-2 text-sm hover:bg-hover">
          <Link href={row.href} className="truncate font-mono text-xs after:absolute after:inset-0 focus-visible:-outline-offset-2">
            {row.type}
          </Link>
          <Time at={row.receivedAt} className="relative z-10 text-xs text-faint" />
          <span className="min-w-0 truncate">
            <Outcome of={row} />
          </span>
        </li>
      ))}
    </ul>
  )
}
