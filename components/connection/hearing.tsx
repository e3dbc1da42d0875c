import Link from 'next/link'
import { cx } from '@/components/ui/class-names'
import { FigureStrip } from '@/components/ui/figure-strip'
import { Glyph } from '@/components/ui/glyph'
import { hint } from '@/components/ui/hint'
import { Notice } from '@/components/ui/notice'
import { Panel, Section } from '@/components/ui/page'
import { Pill, Tag } from '@/components/ui/pill'
import { Segments } from '@/components/ui/segments'
import { Time } from '@/components/ui/time'
import { toneInk } from '@/components/ui/tone'
import { HeardChart } from './heard-chart'
import type { EndpointView, HearingView } from './view'

/** How well an account is heard: the verdict first, then figures, the course of deliveries, the ways in, and what was set aside. */
export function Hearing({ of }: { of: HearingView }) {
  return (
    <div className="grid gap-4">
      <Notice tone={of.verdict.tone} title={of.verdict.title}>
        {of.verdict.text}
      </Notice>
      <FigureStrip
        label="Deliveries"
        figures={of.figures.map((figure) => ({
          label: figure.label,
          value: <span className={cx('figures', figure.tone !== undefined && figure.tone !== 'plain' && toneInk[figure.tone])}>{figure.value}</span>,
          meaning: figure.meaning,
          ...(figure.note === undefined ? {} : { note: figure.note }),
          ...(figure.href === undefined ? {} : { href: figure.href }),
        }))}
      />
      <Section title="Deliveries" note={of.unit === 'hour' ? 'per hour' : 'per day'} actions={<Segments label="Period" items={of.spans} />}>
        <Panel className="px-4 pt-4 pb-3">
          <HeardChart bars={of.bars} unit={of.unit} />
        </Panel>
      </Section>
      {of.setAside.length > 0 && (
        <Section title="Set aside" note="kept whole, not used">
          <Panel>
            <ul className="divide-y divide-line">
              {of.setAside.map((one) => (
                <li key={one.label + (one.href ?? '')} className="relative grid grid-cols-[auto_minmax(0,1fr)_auto] items-baseline gap-x-2 px-4 py-2.5 text-sm">
                  <Glyph tone="attention" />
                  {one.href === null ? (
                    <span className="font-medium">{one.label}</span>
                  ) : (
                    <Link href={one.href} className="font-medium after:absolute after:inset-0 hover:underline focus-visible:-outline-offset-2">
                      {one.label}
                    </Link>
                  )}
                  <span className="figures text-right font-medium">{one.count >= 1_000 ? '1,000+' : one.count}</span>
                  <p className="col-start-2 text-soft">{one.sentence}</p>
                  <span className="relative z-10 text-right text-xs text-faint">
                    last <Time at={one.at} show="relative" />
                  </span>
                </li>
              ))}
            </ul>
          </Panel>
        </Section>
      )}
      <Section title="Endpoints" note="where Stripe delivers to">
        <Panel>
          {of.endpoints.length === 0 ? (
            <p className="px-4 py-3 text-sm text-soft">None is registered. Register one in Stripe to hear of payments at once.</p>
          ) : (
            <ul className="divide-y divide-line">
              {of.endpoints.map((endpoint) => (
                <Endpoint key={endpoint.id} of={endpoint} />
              ))}
            </ul>
          )}
        </Panel>
      </Section>
    </div>
  )
}

function Endpoint({ of }: { of: EndpointView }) {
  return (
    <li className="grid gap-1 px-4 py-3 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-0 font-mono text-xs [overflow-wrap:anywhere]">{of.url}</span>
        <Pill tone={of.state.tone} sentence={of.state.sentence} focusable>
          {of.state.label}
        </Pill>
        <Tag>{of.own ? 'this account alone' : 'all connected accounts'}</Tag>
      </div>
      <p className="text-soft">
        Events come in API version <span className="font-mono text-xs">{of.apiVersion}</span>
        {of.ours ? (
          ', ours.'
        ) : (
          <span className="text-attention-ink">
            , not ours: their objects are read from Stripe instead, which is slower. Set the endpoint’s version in Stripe.
          </span>
        )}{' '}
        {of.formerSecretUntil !== null && (
          <span {...hint('Stripe may sign with the former secret for a day after it was replaced. Until then both are taken.')}>
            Its signing secret was replaced; the former one holds until <Time at={of.formerSecretUntil} />.
          </span>
        )}
      </p>
      {of.refused === null ? (
        <p className="text-soft">{of.own ? 'No delivery was refused.' : 'What a shared endpoint refused is seen by the operator.'}</p>
      ) : (
        <p className="text-attention-ink">
          {of.refused.count.toLocaleString('en-US')} refused, the last <Time at={of.refused.at} show="relative" />: {of.refused.reason}{' '}
          <span className="text-soft">{of.refused.todo}</span>
        </p>
      )}
    </li>
  )
}
