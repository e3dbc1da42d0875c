'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { addressesOf } from '@/components/frame/address'
import { ButtonLink } from '@/components/ui/button'

/** The way to the first screen of the tenant and mode in the address. */
export function BackToStart() {
  const slug = usePathname().split('/')[1] ?? ''
  const mode = useSearchParams().get('mode') === 'test' ? 'test' : 'live'
  return (
    <ButtonLink href={slug === '' ? '/' : addressesOf(slug, mode).place('home')} look="solid">
      Go to the start
    </ButtonLink>
  )
}
