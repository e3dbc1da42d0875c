import { placeHref } from './places'
import type { PlaceKey } from './view'

/** What an address may carry beside the mode: a text, several, or nothing. */
export type AddressQuery = Readonly<Record<string, string | ReadonlyArray<string> | null | undefined>>

/** Addresses of a tenant in a mode: every link on a screen is made here, so that none forgets the mode. */
export function addressesOf(slug: string, mode: 'live' | 'test') {
  const place = (key: PlaceKey, query: AddressQuery = {}) => withQuery(placeHref(slug, key, mode), query)
  const under = (key: PlaceKey, rest: string) => {
    const [path = '', query] = placeHref(slug, key, mode).split('?')
    return `${path}/${rest}${query === undefined ? '' : `?${query}`}`
  }
  const one = (key: PlaceKey, id: string) => under(key, encodeURIComponent(id))
  return {
    place,
    payment: (id: string) => one('payments', id),
    order: (id: string) => one('orders', id),
    store: (id: string) => one('stores', id),
    event: (id: string) => one('events', id),
    replay: (id: string) => under('events', `replays/${encodeURIComponent(id)}`),
    replays: () => under('events', 'replays'),
    /** An address of the API for this tenant and mode. */
    api: (path: string, query: AddressQuery = {}) =>
      withQuery(`${path}?${new URLSearchParams(mode === 'test' ? { tenant: slug, mode } : { tenant: slug })}`, query),
  }
}

export type Addresses = ReturnType<typeof addressesOf>

function withQuery(href: string, query: AddressQuery): string {
  const [path = '', before] = href.split('?')
  const params = new URLSearchParams(before)
  for (const [name, value] of Object.entries(query)) {
    if (value == null || value === '') continue
    for (const each of typeof value === 'string' ? [value] : value) params.append(name, each)
  }
  const text = params.toString()
  return text === '' ? path : `${path}?${text}`
}

/** The same place of another tenant, in the same mode: one thing's page leads to its list, because the thing is not there. */
export function switchedTenant(path: string, slug: string, mode: 'live' | 'test'): string {
  const place = path.split('/')[2] ?? ''
  return `/${slug}${place === '' ? '' : `/${place}`}${mode === 'test' ? '?mode=test' : ''}`
}
