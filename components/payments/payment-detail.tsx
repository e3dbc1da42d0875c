import Link from 'next/link'
import type { ReactNode } from 'react'
import { Amount } from '@/components/money/amount'
import { LinesTable } from '@/components/orders/lines-table'
import { State } from '@/components/state/state'
import { Timeline } from '@/components/timeline/timeline'
import { Trail } from '@/components/trail/trail'
import { CopyId } from '@/components/ui/copy-id'
import { Notice } from '@/components/ui/notice'
import { Fact, Facts, Page, Panel, Section } from '@/components/ui/page'
import { Tag } from '@/components/ui/pill'
import { Time } from '@/components/ui/time'
import { AmountsTable } from './amounts-table'
import { ClaimsPanel } from './claims-panel'
import { Method } from './method'
import { Disputes, Refunds, Tries } from './tries'
import type { NamedLink, PaymentDetailView } from './view'

/** One payment, explained: its trail, the amounts, what each side says, every try, and all that happened. */
export function PaymentDetail({ of, backHref, actions }: { of: PaymentDetailView; backHref: string; actions?: ReactNode }) {
  return (
    <Page>
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <Link href={backHref} className="mb-1 inline-flex rounded-sm text-sm text-faint hover:text-ink hover:underline">
            <span aria-hidden="true">←&nbsp;</span>Payments
          </Link>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <h1 className="text-2xl font-semibold tracking-[-0.015em]">
              <span className="sr-only">Payment of </span>
              <Amount of={of.amount} />
            </h1>
            <State of="payment" is={of.status} ground focusable />
            {of.match !== null && <State of="match" is={of.match} ground focusable />}
            {of.foreign && <Tag>made by another application</Tag>}
          </div>
          <p className="mt-1 flex flex-wrap items-baseline gap-x-1.5 text-sm text-soft">
            {of.order === null ? <span>No order known</span> : <span>Order {linked(of.order)}</span>}
            {of.store !== null && <span>at {linked(of.store)}</span>}
            {of.customer.name !== null && <span>by {of.customer.name}</span>}
            <Time at={of.createdAt} className="text-faint" />
          </p>
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>

      {of.problems.map((problem) => (
        <Notice
          key={problem.id}
          tone="attention"
          title={problem.title}
          actions={
            problem.href === undefined ? undefined : (
              <Link href={problem.href} className="text-sm font-medium text-attention-ink underline underline-offset-3">
                Look at it
              </Link>
            )
          }
        >
          {problem.text}
          {problem.amount !== null && (
            <>
              {' '}
              At risk: <Amount of={problem.amount} className="font-medium" />.
            </>
          )}
        </Notice>
      ))}

      <Panel className="px-4 py-4 sm:px-5">
        <Trail {...of.trail} />
      </Panel>

      <div className="grid items-start gap-x-6 gap-y-6 lg:grid-cols-[minmax(0,1fr)_23rem]">
        <div className="grid gap-6 max-lg:contents">
          <Section title="What happened" className="max-lg:order-4">
            <Panel className="px-4 py-3">
              <Timeline entries={of.timeline} />
            </Panel>
          </Section>
          <Section title="Tries to charge" note={triesNote(of)} className="max-lg:order-3">
            <Panel>
              {of.charges.length === 0 ? <p className="px-4 py-3 text-sm text-soft">The customer has not tried to pay yet.</p> : <Tries charges={of.charges} />}
            </Panel>
          </Section>
          {of.refunds.length > 0 && (
            <Section title="Refunds" className="max-lg:order-3">
              <Panel>
                <Refunds refunds={of.refunds} />
              </Panel>
            </Section>
          )}
          {of.disputes.length > 0 && (
            <Section title="Disputes" className="max-lg:order-3">
              <Panel>
                <Disputes disputes={of.disputes} />
              </Panel>
            </Section>
          )}
          {of.lines.length > 0 && (
            <Section title="What was bought" note={of.order === null ? undefined : `order ${of.order.name}, as last read`} className="max-lg:order-5">
              <Panel>
                <LinesTable lines={of.lines} total={of.orderTotal} caption="Lines of the order" />
              </Panel>
            </Section>
          )}
        </div>
        <div className="grid gap-6 max-lg:contents">
          <Section title="Amounts" className="max-lg:order-1">
            <Panel>
              <AmountsTable of={of.amounts} />
            </Panel>
          </Section>
          <Section title="Who says what" className="max-lg:order-2">
            <Panel>
              <ClaimsPanel of={of.claims} />
            </Panel>
          </Section>
          <Section title="Details" className="max-lg:order-6">
            <Panel className="px-4">
              <Facts>
                <Fact name="Method">
                  <Method of={of.method} />
                </Fact>
                <Fact name="Customer">
                  {of.customer.name ?? '–'}
                  {of.customer.email !== null && <span className="block text-soft">{of.customer.email}</span>}
                </Fact>
                {of.description !== null && <Fact name="Description">{of.description}</Fact>}
                <Fact name="Our id">
                  <CopyId id={of.id} label="our id" />
                </Fact>
                <Fact name="Stripe id">
                  <CopyId id={of.stripeId} label="Stripe id" />
                </Fact>
                {of.stripeHref !== null && (
                  <Fact name="At Stripe">
                    <a href={of.stripeHref} target="_blank" rel="noreferrer" className="text-accent hover:underline">
                      Open in Stripe
                    </a>
                  </Fact>
                )}
              </Facts>
            </Panel>
          </Section>
        </div>
      </div>
    </Page>
  )
}

function linked(to: NamedLink): ReactNode {
  if (to.href === undefined) return <span className="text-ink">{to.name}</span>
  return (
    <Link href={to.href} className="text-ink underline decoration-line-strong underline-offset-3 hover:decoration-ink">
      {to.name}
    </Link>
  )
}

function triesNote(of: PaymentDetailView): string | undefined {
  const declined = of.charges.filter((charge) => charge.status === 'failed').length
  if (declined === 0) return undefined
  return declined === 1 ? 'one was declined' : `${declined} were declined`
}
