/** Text shown when a thing is hovered, focused or tapped. */
export type HintText = {
  /** One or two plain sentences. */
  text: string
  /** A short bold first line. */
  title?: string
  /** A last line in the mono face: ids, rule names, exact times. */
  meta?: string
}

/** Attributes read by the one hint layer of the page; they cost nothing per element and work in server components. */
export type HintAttributes = { 'data-hint': string; 'data-hint-title'?: string; 'data-hint-meta'?: string }

/** Turns a hint into the attributes that the hint layer looks for. */
export function hint(from: HintText | string): HintAttributes {
  if (typeof from === 'string') return { 'data-hint': from }
  return {
    'data-hint': from.text,
    ...(from.title === undefined ? {} : { 'data-hint-title': from.title }),
    ...(from.meta === undefined ? {} : { 'data-hint-meta': from.meta }),
  }
}
