import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Page } from '@/components/ui/page'

/**
 * For an address of a tenant that leads nowhere, and for a thing this person may not see: the two look alike on purpose.
 * The way out is the person's own start: the tenant in the address may be somebody else's.
 */
export default function NotFound() {
  return (
    <Page>
      <EmptyState
        heading
        title="There is nothing at this address"
        action={
          <ButtonLink href="/" look="solid">
            Go to the start
          </ButtonLink>
        }
      >
        The link may be old or cut short, or what it names is in the other mode or in another account. Nothing was changed or lost.
      </EmptyState>
    </Page>
  )
}
