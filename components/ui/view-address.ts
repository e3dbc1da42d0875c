'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useCallback } from 'react'

/** What to change in the address: a text, several texts, or null to take it out. */
export type AddressPatch = Readonly<Record<string, string | ReadonlyArray<string> | null>>

/** Parameters that say where one is in a list; they fall away when anything else changes. */
const POSITION = ['older', 'newer'] as const

/** Applies a patch to a query string and returns the new one, sorted, so that equal views have equal addresses. */
export function patchedQuery(query: string, patch: AddressPatch): string {
  const params = new URLSearchParams(query)
  for (const name of POSITION) params.delete(name)
  for (const [name, value] of Object.entries(patch)) {
    params.delete(name)
    if (value === null || value === '') continue
    for (const one of typeof value === 'string' ? [value] : value) params.append(name, one)
  }
  params.sort()
  return params.toString()
}

/** The address holds the whole state of a view: reads from it and makes addresses that differ from it. */
export function useViewAddress(): {
  get: (name: string) => string | null
  getAll: (name: string) => string[]
  hrefWith: (patch: AddressPatch) => string
} {
  const path = usePathname()
  const params = useSearchParams()
  const hrefWith = useCallback(
    (patch: AddressPatch) => {
      const query = patchedQuery(params.toString(), patch)
      return query === '' ? path : `${path}?${query}`
    },
    [path, params],
  )
  return { get: (name) => params.get(name), getAll: (name) => params.getAll(name), hrefWith }
}
