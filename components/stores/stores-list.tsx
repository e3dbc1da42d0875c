import Link from 'next/link'
import type { ReactNode } from 'react'
import { State } from '@/components/state/state'
import { CopyId } from '@/components/ui/copy-id'
import { EmptyState } from '@/components/ui/empty-state'
import { hint } from '@/components/ui/hint'
import { Panel } from '@/components/ui/page'
import { Tag } from '@/components/ui/pill'
import { Time } from '@/components/ui/time'
import { zoneName } from '@/components/ui/zoned'
import { TestStore } from './test-store'
import type { StoreView } from './view'

/** The stores of a tenant in one mode: where they are, how they last answered, through which Stripe account they collect. */
export function StoresList({ stores, firstStep }: { stores: ReadonlyArray<StoreView>; firstStep?: ReactNode }) {
  if (stores.length === 0) {
    return (
      <Panel>
        {firstStep === undefined ? (
          <HowToConnect />
        ) : (
          <EmptyState title="Stores will appear here" action={firstStep}>
            A store is where your customers buy. Once one is connected, its orders are read and can be paid.
          </EmptyState>
        )}
      </Panel>
    )
  }
  return (
    <ul className="grid gap-4 xl:grid-cols-2">
      {stores.map((store) => (
        <li key={store.id} className="min-w-0">
          <StoreCard store={store} />
        </li>
      ))}
    </ul>
  )
}

/** There is no form for it: who runs the installation adds a store. What they need is said, so that one letter is enough. */
function HowToConnect() {
  return (
    <div className="mx-auto max-w-xl px-6 py-10 text-sm text-soft">
      <h2 className="text-base font-medium text-ink">How to connect a store</h2>
      <p className="mt-1">
        A store is where your customers buy. Once one is connected, its orders are read here and can be paid. Whoever runs this Matchbook for you adds it; send
        them:
      </p>
      <ol className="mt-3 list-decimal space-y-2 pl-5">
        <li>
          <span className="font-medium text-ink">The shop’s address</span>, for instance https://shop.example, and its name as you want to see it here.
        </li>
        <li>
          <span className="font-medium text-ink">A key to it</span> that may read and write orders. In WooCommerce: Settings, Advanced, REST API, Add key,
          Read/Write. Send key and secret by a way that only the two of you read.
        </li>
        <li>
          <span className="font-medium text-ink">The Stripe account</span> through which it collects, and whether it is the live shop or one for tests.
        </li>
      </ol>
      <p className="mt-3">
        The store appears here by itself, with its first orders within a minute. Nothing is charged and no order is changed by connecting it.
      </p>
    </div>
  )
}

function StoreCard({ store }: { store: StoreView }) {
  return (
    <Panel className="flex h-full flex-col">
      <div className="flex items-start justify-between gap-4 px-4 pt-3.5">
        <div className="min-w-0">
          <h2 className="truncate text-base font-semibold" title={store.name}>
            {store.href === undefined ? (
              store.name
            ) : (
              <Link href={store.href} className="hover:underline">
                {store.name}
              </Link>
            )}
          </h2>
          <p className="mt-0.5 flex min-w-0 flex-wrap items-center gap-x-2 text-sm text-soft">
            <Tag>{store.platform}</Tag>
            <span className="min-w-0 truncate" title={store.host}>
              {store.host}
            </span>
          </p>
        </div>
        <State of="health" is={store.health} ground focusable />
      </div>
      {store.lastError !== null && (
        <p className="mx-4 mt-3 rounded-md bg-attention-tint px-3 py-2 text-sm text-attention-ink">
          {store.lastError.text} <Time at={store.lastError.at} show="relative" />
        </p>
      )}
      <dl className="mt-3 grid flex-1 grid-cols-2 content-start gap-x-6 gap-y-2.5 px-4 pb-3.5 text-sm">
        <Pair name="Collects through">
          {store.connection.href === undefined ? (
            store.connection.name
          ) : (
            <Link href={store.connection.href} className="hover:underline">
              {store.connection.name}
            </Link>
          )}
        </Pair>
        <Pair name="Orders read">
          <Link href={store.orders.href} className="figures hover:underline">
            {store.orders.count.toLocaleString('en-US')}
          </Link>
        </Pair>
        <Pair name="Last read">
          {store.lastReadAt === null ? 'Not yet' : <Time at={store.lastReadAt} show="relative" />}
          {store.nextReadAt !== null && (
            <span className="text-faint">
              , again <Time at={store.nextReadAt} show="relative" />
            </span>
          )}
        </Pair>
        {store.webhookAt !== undefined && (
          <Pair name="Its webhooks">{store.webhookAt === null ? 'None came yet' : <Time at={store.webhookAt} show="relative" />}</Pair>
        )}
        <Pair name="Marks orders paid">
          <span
            {...hint(
              store.writeBack
                ? 'When an order is paid, the store is told once and then read back.'
                : 'The store is only read. Orders must be marked as paid there by hand.',
            )}
          >
            {store.writeBack ? 'Yes' : 'No, only read'}
          </span>
        </Pair>
        <Pair name="Currency and zone">
          {store.currency.toUpperCase()}, {zoneName(store.zone)}
        </Pair>
      </dl>
      <div className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 border-t border-line px-4 py-1.5">
        <CopyId id={store.id} label="store id" />
        {store.testPath !== null && <TestStore path={store.testPath} name={store.name} />}
      </div>
    </Panel>
  )
}

function Pair({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-faint">{name}</dt>
      <dd className="break-words text-ink">{children}</dd>
    </div>
  )
}
