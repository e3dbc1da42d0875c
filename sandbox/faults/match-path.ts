/**
 * Whether a path fits a pattern: `*` stands for one segment's text, `**` for anything. `/v1/refunds`
 * fits itself alone; `/v1/checkout/sessions/*` fits one session; `/v1/**` fits all of v1.
 */
export function matchPath(pattern: string, path: string): boolean {
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')))
    .join('')
  return new RegExp(`^${source}$`).test(path.replace(/\/+$/, '') || '/')
}
