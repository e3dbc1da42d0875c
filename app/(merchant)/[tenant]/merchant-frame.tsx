'use client'

import { useSearchParams } from 'next/navigation'
import type { ReactNode } from 'react'
import { addressesOf } from '@/components/frame/address'
import { Frame } from '@/components/frame/frame'
import type { FrameView } from '@/components/frame/view'
import { RefreshProvider } from '@/components/live/refresh'
import { LiveRefreshStream } from '@/components/live/use-live-refresh'

type Mode = FrameView['mode']

/** The frame in the mode of the address (a layout does not see it on the server), and the one listener for changes. */
export function MerchantFrame({
  of,
  counts,
  children,
}: {
  of: Omit<FrameView, 'mode' | 'counts' | 'searchPath'>
  counts: Record<Mode, FrameView['counts']>
  children: ReactNode
}) {
  const mode: Mode = useSearchParams().get('mode') === 'test' ? 'test' : 'live'
  return (
    <Frame of={{ ...of, mode, counts: counts[mode], searchPath: addressesOf(of.tenant.slug, mode).api('/api/search') }}>
      <RefreshProvider>
        {children}
        <LiveRefreshStream tenant={of.tenant.slug} mode={mode} />
      </RefreshProvider>
    </Frame>
  )
}
