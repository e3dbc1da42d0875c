import type { Metadata } from 'next'
import { Suspense } from 'react'
import { ExceptionsList, UndoneList } from '@/components/exceptions/exceptions-list'
import { Amounts } from '@/components/money/amount'
import { FigureStrip } from '@/components/ui/figure-strip'
import { Page, PageHead } from '@/components/ui/page'
import { TabLinks } from '@/components/ui/segments'
import { TableSkeleton } from '@/components/ui/skeleton'
import { Time } from '@/components/ui/time'
import { deadCount, undoneEffects } from '@/lib/effects/queries'
import { listExceptions, openSums } from '@/lib/exceptions/queries'
import { atRisk, exceptionRow, undoneRow } from '../../_views/exception-views'
import { openPage, type OpenPage, type PageProps } from '../../_views/open-page'

export const metadata: Metadata = { title: 'Exceptions' }

/** What does not add up and waits for a person, and what could not be done in the stores. `tab` is `dead` or `skipped`. */
export default async function ExceptionsPage(props: PageProps) {
  const page = await openPage(props, 'exceptions.read', '/exceptions')
  return (
    <Page fill>
      <PageHead title="Exceptions" note="What does not add up and waits for a person." />
      <Suspense fallback={<TableSkeleton what="exceptions" columns={['w-64', 'w-28', 'w-32', 'w-40', 'w-72', 'flex-1']} rows={12} />}>
        <Content page={page} />
      </Suspense>
    </Page>
  )
}

async function Content({ page: { member, at, query } }: { page: OpenPage }) {
  const { scope } = member
  const tab = query.get('tab') === 'dead' || query.get('tab') === 'skipped' ? (query.get('tab') as 'dead' | 'skipped') : 'open'
  const mayRequeue = member.actions.includes('effects.write')
  const position = { older: query.get('older'), newer: query.get('newer') }
  const [sums, dead] = await Promise.all([openSums(scope), deadCount(scope)])
  const risk = atRisk(sums)
  const tabs = (
    <TabLinks
      label="Lists"
      items={[
        { href: at.place('exceptions'), label: 'Open', current: tab === 'open', count: risk.count },
        { href: at.place('exceptions', { tab: 'dead' }), label: 'Stores not told', current: tab === 'dead', count: dead },
        { href: at.place('exceptions', { tab: 'skipped' }), label: 'Left alone', current: tab === 'skipped' },
      ]}
    />
  )
  if (tab !== 'open') {
    const { rows, newer, older } = await undoneEffects(scope, { state: tab, ...position })
    return (
      <>
        {tabs}
        <UndoneList key={tab} rows={rows.map((row) => undoneRow(row, mayRequeue, at))} pager={{ newer, older }} state={tab} />
      </>
    )
  }
  const types = query.getAll('type').filter((type) => /^[a-z_]{1,60}$/.test(type))
  const list = await listExceptions(scope, { types, oldestFirst: query.get('sort') === 'opened', ...position })
  return (
    <>
      {tabs}
      {risk.count > 0 && (
        <FigureStrip
          label="What is open"
          figures={[
            { label: 'Open', value: <span className="figures">{risk.count.toLocaleString('en-US')}</span>, meaning: 'What waits for a person in this mode.' },
            {
              label: 'At risk',
              value: risk.amounts.length === 0 ? '–' : <Amounts of={risk.amounts} />,
              meaning: 'The amounts of everything open, each currency by itself. Some have no amount.',
            },
            { label: 'Oldest', value: risk.oldestAt === null ? '–' : <Time at={risk.oldestAt} show="relative" />, meaning: 'Since when the oldest waits.' },
          ]}
        />
      )}
      <ExceptionsList
        rows={list.rows.map((row) => exceptionRow(row, mayRequeue, at))}
        pager={{ newer: list.newer, older: list.older }}
        types={[...new Set([...sums.map((sum) => sum.type), ...types])]}
        filtered={types.length > 0}
      />
    </>
  )
}
