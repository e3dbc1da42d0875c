import Link from 'next/link'
import type { ReactNode } from 'react'
import { State } from '@/components/state/state'
import { CopyId } from '@/components/ui/copy-id'
import { EmptyState } from '@/components/ui/empty-state'
import { Glyph } from '@/components/ui/glyph'
import { hint } from '@/components/ui/hint'
import { Notice } from '@/components/ui/notice'
import { Fact, Facts, Panel, Section } from '@/components/ui/page'
import { Tag } from '@/components/ui/pill'
import { Time } from '@/components/ui/time'
import { Hearing } from './hearing'
import type { ConnectionView } from './view'

/** The Stripe accounts of a tenant in one mode. */
export function ConnectionsList({ connections, firstStep }: { connections: ReadonlyArray<ConnectionView>; firstStep?: ReactNode }) {
  if (connections.length === 0) {
    return (
      <Panel>
        <EmptyState title="No Stripe account is connected in this mode" action={firstStep}>
          A connection lets stores collect and lets us hear what happens to the money.
        </EmptyState>
      </Panel>
    )
  }
  return (
    <div className="grid gap-8">
      {connections.map((connection) => (
        <ConnectionPanel key={connection.id} of={connection} />
      ))}
    </div>
  )
}

/** One Stripe account: who it is, whether we hear it, what we read of it and with which keys. */
export function ConnectionPanel({ of }: { of: ConnectionView }) {
  return (
    <section aria-label={of.name} className="grid gap-4">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="text-lg font-semibold">{of.name}</h2>
        <State of="health" is={of.health} ground focusable />
        <Tag>{of.kind === 'connect' ? 'connected account' : 'own account'}</Tag>
      </header>
      {of.revokedAt !== null && (
        <Notice tone="bad" title="Stripe refuses our access to this account">
          Since <Time at={of.revokedAt} />. What is stored stays and can be read; nothing new is heard. Connect the account again to go on.
        </Notice>
      )}
      <Hearing of={of.hearing} />
      <div className="grid items-start gap-4 lg:grid-cols-3">
        <Section title="Account">
          <Panel className="px-4">
            <Facts>
              <Fact name="Stripe account">
                <CopyId id={of.accountId} label="Stripe account" full />
              </Fact>
              <Fact name="Country and currency">
                {of.country.toUpperCase()}, {of.currency.toUpperCase()}
              </Fact>
              {of.allowed !== null && <Fact name="Stripe lets it">{allowedWords(of.allowed)}</Fact>}
              <Fact name="Connected since">
                <Time at={of.connectedAt} show="day" />
              </Fact>
              <Fact name="Stores that collect through it">
                {of.stores.length === 0
                  ? 'None yet'
                  : of.stores.map((store, index) => (
                      <span key={store.name}>
                        {index > 0 && ', '}
                        {store.href === undefined ? (
                          store.name
                        ) : (
                          <Link href={store.href} className="hover:underline">
                            {store.name}
                          </Link>
                        )}
                      </span>
                    ))}
              </Fact>
            </Facts>
          </Panel>
        </Section>
        <Section title="What we read">
          <Panel className="px-4">
            <Facts>
              {of.reading.map((one) => (
                <Fact key={one.what} name={one.what}>
                  {one.lastAt === null ? 'Not yet' : <Time at={one.lastAt} show="relative" />}
                  {one.error !== null && <span className="block text-attention-ink">{one.error}</span>}
                </Fact>
              ))}
            </Facts>
          </Panel>
        </Section>
        <Section title="Keys">
          <Panel className="px-4">
            <Facts>
              {of.keys.map((key) => (
                <Fact key={key.job} name={<span {...hint(key.meaning)}>{key.job}</span>}>
                  <span className="inline-flex items-center gap-1.5">
                    <Glyph tone={key.present ? 'good' : 'attention'} />
                    {key.present ? <span className="font-mono text-xs">{key.hint ?? 'set'}</span> : <span className="text-attention-ink">Missing</span>}
                  </span>
                </Fact>
              ))}
            </Facts>
          </Panel>
        </Section>
      </div>
    </section>
  )
}

/** What Stripe said when the account was read last; the reason as Stripe names it. */
function allowedWords({ charges, payouts, reason }: NonNullable<ConnectionView['allowed']>): string {
  if (charges && payouts) return 'take payments and pay out'
  const words = charges ? 'take payments, not pay out' : payouts ? 'pay out, not take payments' : 'neither take payments nor pay out'
  return reason === null ? words : `${words}: ${reason.replaceAll(/[._]/g, ' ')}`
}
