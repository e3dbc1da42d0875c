/** Prefixes of ids at the edge (URL, API, screen, CSV). In the database an id is a bare uuid. */
export const prefixes = {
  tenant: 'tn',
  user: 'usr',
  api_key: 'key',
  connection: 'con',
  store: 'sto',
  order: 'ord',
  attempt: 'att',
  payment: 'pay',
  exception: 'exc',
  effect: 'eff',
  match: 'mat',
  inbox_event: 'inb',
  export_batch: 'exp',
  replay: 'rep',
} as const
export type Kind = keyof typeof prefixes

/** uuid -> `pay_0190...` (the uuid without its dashes). */
export function publicId(kind: Kind, uuid: string): string {
  return `${prefixes[kind]}_${uuid.replaceAll('-', '')}`
}

/** `pay_0190...` -> uuid, or null when the text is not an id of this kind. */
export function parsePublicId(kind: Kind, text: string): string | null {
  const found = new RegExp(`^${prefixes[kind]}_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$`).exec(text)
  return found ? found.slice(1).join('-') : null
}

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export function isUuid(text: string): boolean {
  return uuidShape.test(text)
}
