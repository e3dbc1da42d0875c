import { EmptyState } from '@/components/ui/empty-state'
import { Page } from '@/components/ui/page'
import { BackToStart } from './back-to-start'

/** For an address of a tenant that leads nowhere, and for a thing this person may not see: the two look alike on purpose. */
export default function NotFound() {
  return (
    <Page>
      <EmptyState title="There is nothing at this address" action={<BackToStart />}>
        The link may be old or cut short, or what it names is in the other mode or in another account. Nothing was changed or lost.
      </EmptyState>
    </Page>
  )
}
