import Link from 'next/link'
import type { ReactNode } from 'react'
import { Amount } from '@/components/money/amount'
import { State } from '@/components/state/state'
import { Timeline } from '@/components/timeline/timeline'
import { CopyId } from '@/components/ui/copy-id'
import { Notice } from '@/components/ui/notice'
import { Fact, Facts, Page, Panel, Section } from '@/components/ui/page'
import { Time } from '@/components/ui/time'
import { LinesTable } from './lines-table'
import type { OrderDetailView } from './view'

/** One order as its store has it, with every payment and attempt to pay it, and what we told the store. */
export function OrderDetail({ of, backHref, actions }: { of: OrderDetailView; backHref: string; actions?: ReactNode }) {
  return (
    <Page>
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <Link href={backHref} className="mb-1 inline-flex rounded-sm text-sm text-faint hover:text-ink hover:underline">
            <span aria-hidden="true">←&nbsp;</span>Orders
          </Link>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <h1 className="text-2xl font-semibold tracking-[-0.015em]">Order {of.number}</h1>
            <State of="order" is={of.payment} ground focusable />
          </div>
          <p className="mt-1 flex flex-wrap items-baseline gap-x-1.5 text-sm text-soft">
            <span>
              at{' '}
              {of.store.href === undefined ? (
                <span className="text-ink">{of.store.name}</span>
              ) : (
                <Link href={of.store.href} className="text-ink underline decoration-line-strong underline-offset-3 hover:decoration-ink">
                  {of.store.name}
                </Link>
              )}
            </span>
            {of.customer.name !== null && <span>by {of.customer.name}</span>}
            {of.placedAt !== null && <Time at={of.placedAt} className="text-faint" />}
          </p>
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>

      {of.problem !== null && (
        <Notice tone="attention" title="This order needs a look">
          {of.problem}
        </Notice>
      )}

      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_23rem]">
        <div className="grid min-w-0 gap-6">
          <Section title="Lines" note={`revision ${of.revision}`}>
            <Panel>
              <LinesTable lines={of.lines} total={of.total} caption="Lines of the order" />
              {of.total === null && (
                <p className="border-t border-line px-4 py-2.5 text-sm text-attention-ink">
                  The store says the total is <span className="figures font-medium">{of.totalText}</span>, which this currency cannot hold. It is not rounded
                  and cannot be collected until the store corrects it.
                </p>
              )}
            </Panel>
          </Section>

          <Section title="Payments">
            <Panel>
              {of.payments.length === 0 ? (
                <p className="px-4 py-3 text-sm text-soft">No payment is linked to this order.</p>
              ) : (
                <ul className="divide-y divide-line">
                  {of.payments.map((payment) => (
                    <li key={payment.id} className="relative flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-2.5 text-sm hover:bg-hover">
                      <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
                        <Link href={payment.href} className="font-medium after:absolute after:inset-0 hover:underline">
                          <Amount of={payment.amount} />
                        </Link>
                        <State of="payment" is={payment.status} />
                        {payment.match !== null && <State of="match" is={payment.match} />}
                      </span>
                      <Time at={payment.at} className="text-xs text-faint" />
                    </li>
                  ))}
                </ul>
              )}
            </Panel>
          </Section>

          <Section title="Checkout attempts">
            <Panel>
              {of.attempts.length === 0 ? (
                <p className="px-4 py-3 text-sm text-soft">Nobody has started to pay it here.</p>
              ) : (
                <ul className="divide-y divide-line">
                  {of.attempts.map((attempt) => (
                    <li key={attempt.id} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-0.5 px-4 py-2.5 text-sm">
                      <span className="flex flex-wrap items-center gap-x-4">
                        <State of="attempt" is={attempt.state} focusable />
                        <CopyId id={attempt.id} label="attempt id" />
                        {attempt.sessionId !== null && <CopyId id={attempt.sessionId} label="session id" />}
                      </span>
                      <Amount of={attempt.amount} className="text-right" />
                      <span className="text-soft">{attempt.reason}</span>
                      <Time at={attempt.at} className="text-right text-xs text-faint" />
                    </li>
                  ))}
                </ul>
              )}
            </Panel>
          </Section>

          <Section title="What happened">
            <Panel className="px-4 py-3">
              <Timeline entries={of.timeline} />
            </Panel>
          </Section>
        </div>

        <div className="grid min-w-0 gap-6">
          <Section title="In the store">
            <Panel className="px-4">
              <Facts>
                <Fact name="Status">{of.storeStatus}</Fact>
                <Fact name="Total">{of.total === null ? of.totalText : <Amount of={of.total} />}</Fact>
                <Fact name="Linked payments">
                  <Amount of={of.matched} />
                </Fact>
                <Fact name="Pays by">{of.storePaymentMethod ?? '–'}</Fact>
                <Fact name="Paid, says the store">{of.paidAt === null ? '–' : <Time at={of.paidAt} />}</Fact>
                {of.claims.map((claim) => (
                  <Fact key={claim.reference} name={claim.gateway === null ? 'Its reference' : `Its reference (${claim.gateway})`}>
                    <CopyId id={claim.reference} label="payment reference" />
                  </Fact>
                ))}
                <Fact name="Last read">
                  <Time at={of.readAt} show="relative" />
                </Fact>
                <Fact name="Id in the store">
                  <CopyId id={of.externalId} label="id in the store" />
                </Fact>
                <Fact name="Our id">
                  <CopyId id={of.id} label="our id" />
                </Fact>
                {of.storeHref !== null && (
                  <Fact name="Its page">
                    <a href={of.storeHref} target="_blank" rel="noreferrer" className="text-accent hover:underline">
                      Open in the store
                    </a>
                  </Fact>
                )}
              </Facts>
            </Panel>
          </Section>
          <Section title="Told to the store">
            <Panel>
              {of.writeBacks.length === 0 ? (
                <p className="px-4 py-3 text-sm text-soft">Nothing yet. When the order is paid, the store is told once.</p>
              ) : (
                <ul className="divide-y divide-line">
                  {of.writeBacks.map((write) => (
                    <li key={write.id} className="px-4 py-2.5 text-sm">
                      <span className="flex items-center justify-between gap-3">
                        <span>{write.what}</span>
                        <State of="effect" is={write.state} focusable />
                      </span>
                      <span className="flex items-baseline justify-between gap-3 text-xs text-faint">
                        <span>{write.detail}</span>
                        <Time at={write.at} />
                      </span>
                    </li>
                  ))}
                </ul>
              )}
            </Panel>
          </Section>
        </div>
      </div>
    </Page>
  )
}
