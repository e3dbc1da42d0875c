type Attributes = Record<string, string | boolean | undefined>
type Child = Node | string | null

/** Makes an element. `true` sets an empty attribute; false and undefined leave it out. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value)
  }
  element.append(...children.filter((child): child is Node | string => child !== null))
  return element
}

/** Parses trusted, constant SVG markup of this folder. */
export function svg(markup: string): SVGElement {
  const template = document.createElement('template')
  template.innerHTML = markup.trim()
  const node = template.content.firstElementChild
  if (!(node instanceof SVGElement)) throw new Error('not an SVG')
  return node
}
