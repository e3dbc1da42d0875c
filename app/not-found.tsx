import type { Metadata } from 'next'
import { Notice404 } from '@/components/ui/whole-page'

export const metadata: Metadata = { title: 'Not found' }

/** Shown for an address that leads nowhere, and for a thing this person may not see: the two look alike on purpose. */
export default function NotFound() {
  return <Notice404 homeHref="/" />
}
