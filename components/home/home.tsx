import Link from 'next/link'
import { Amount } from '@/components/money/amount'
import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { countText } from '@/components/ui/count'
import { Glyph } from '@/components/ui/glyph'
import { Page, PageHead, Panel, Section } from '@/components/ui/page'
import { Time } from '@/components/ui/time'
import { Figures } from './figures'
import { RecentPayments } from './recent-payments'
import type { AttentionItem, HealthLight, HomeView } from './view'

/** The first screen: today's money per currency, what waits for a person, whether the flow is alive, the newest payments. */
export function Home({ of, title = 'Today' }: { of: HomeView; title?: string }) {
  return (
    <Page>
      <PageHead title={title} actions={<Lights lights={of.lights} />} />
      {of.currencies.length > 0 && <Figures names={of.names} currencies={of.currencies} />}
      <div className="grid items-start gap-x-6 gap-y-5 xl:grid-cols-[minmax(0,1fr)_20rem] 2xl:grid-cols-[minmax(0,1fr)_22rem]">
        <Section
          title="Newest payments"
          className="max-xl:order-2"
          actions={
            of.recent.length === 0 ? undefined : (
              <Link href={of.links.payments} className="rounded-sm text-sm text-accent hover:underline">
                All payments
              </Link>
            )
          }
        >
          <Panel className="overflow-hidden">
            {of.recent.length === 0 ? (
              <EmptyState
                title="The first payment will appear here"
                action={
                  <ButtonLink href={of.links.stores} look="solid">
                    How to connect a store
                  </ButtonLink>
                }
              >
                The moment a customer pays, without reloading. The first step is a store: see how one is connected.
              </EmptyState>
            ) : (
              <RecentPayments rows={of.recent} />
            )}
          </Panel>
        </Section>
        <Section title="Waiting for you" className="max-xl:order-1">
          <Panel className="overflow-hidden">
            {of.attention.length === 0 ? (
              <p className="flex items-center gap-2 px-4 py-3 text-sm text-soft">
                <Glyph tone="good" />
                Nothing waits. What does not add up will appear here.
              </p>
            ) : (
              <ul className="divide-y divide-line">
                {of.attention.map((item) => (
                  <Attention key={item.id} item={item} />
                ))}
                {of.moreAttention > 0 && of.links.attention !== null && (
                  <li>
                    <Link href={of.links.attention} className="block px-4 py-2.5 text-sm text-accent hover:bg-hover">
                      {countText(of.moreAttention)} more
                    </Link>
                  </li>
                )}
              </ul>
            )}
          </Panel>
        </Section>
      </div>
    </Page>
  )
}

function Attention({ item }: { item: AttentionItem }) {
  return (
    <li className="relative grid grid-cols-[auto_minmax(0,1fr)_auto] items-baseline gap-x-2 px-4 py-2.5 text-sm hover:bg-hover">
      <Glyph tone={item.tone} />
      <Link href={item.href} className="font-medium after:absolute after:inset-0 focus-visible:-outline-offset-2">
        {item.title}
      </Link>
      {item.amount !== null && <Amount of={item.amount} className="text-right font-medium" />}
      <p className="col-start-2 text-soft">
        {item.text}
        {item.dueAt !== undefined && (
          <span className="block">
            Answer by <Time at={item.dueAt} className="relative z-10 text-ink" />
          </span>
        )}
      </p>
      <Time at={item.dueAt ?? item.at} show="relative" className="relative z-10 col-start-3 text-right text-xs text-faint" />
    </li>
  )
}

function Lights({ lights }: { lights: ReadonlyArray<HealthLight> }) {
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm text-soft">
      {lights.map((light) => (
        <li key={light.label} className="flex items-center gap-1.5">
          <Glyph tone={light.tone} />
          {light.href === undefined ? (
            <span>{light.label}</span>
          ) : (
            <Link href={light.href} className="rounded-sm hover:text-ink hover:underline">
              {light.label}
            </Link>
          )}
          <span className="text-faint">
            {light.text}
            {light.at !== null && (
              <>
                {light.text !== '' && ' '}
                <Time at={light.at} show="relative" />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}
