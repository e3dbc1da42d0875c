'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { Segments } from '@/components/ui/segments'
import { switchedMode } from './places'

/** Live or test: two worlds that never mix. */
export function ModeSwitch({ mode }: { mode: 'live' | 'test' }) {
  const path = usePathname()
  const query = useSearchParams().toString()
  return (
    <Segments
      label="Mode"
      items={[
        { href: switchedMode(path, query, 'live'), label: 'Live', current: mode === 'live' },
        { href: switchedMode(path, query, 'test'), label: 'Test', current: mode === 'test' },
      ]}
    />
  )
}
