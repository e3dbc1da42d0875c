import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

// WCAG 2.2: 4.5 for text (AA), 7 for figures (AAA), 3 for marks, edges of controls and the focus ring (1.4.11).
const css = readFileSync(new URL('../../app/globals.css', import.meta.url), 'utf8')

function colour(name: string, theme: 'light' | 'dark'): string {
  const found = new RegExp(`--color-${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css)
  if (found === null) throw new Error(`--color-${name} is not written as light-dark(#rrggbb, #rrggbb)`)
  return (theme === 'light' ? found[1] : found[2]) ?? ''
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

const grounds = ['canvas', 'surface', 'raised', 'sunken', 'hover', 'pressed']
const tones = ['good', 'waiting', 'attention', 'bad']

describe.each(['light', 'dark'] as const)('%s theme', (theme) => {
  const enough = (over: string, ground: string, ratio: number) =>
    expect(contrast(colour(over, theme), colour(ground, theme)), `${over} on ${ground} (${theme})`).toBeGreaterThanOrEqual(ratio)

  it('shows figures with AAA contrast on every ground', () => {
    for (const ground of grounds) for (const over of ['ink', 'soft']) enough(over, ground, 7)
    for (const tone of tones) for (const ground of [...grounds, `${tone}-tint`]) enough(`${tone}-ink`, ground, 7)
    for (const tone of tones) enough('soft', `${tone}-tint`, 7)
    enough('ink', 'accent-tint', 7)
  })

  it('shows words with AA contrast on every ground', () => {
    for (const ground of grounds) for (const over of ['faint', 'accent']) enough(over, ground, 4.5)
    for (const over of ['accent', 'faint']) enough(over, 'accent-tint', 4.5)
    for (const ground of ['accent-solid', 'accent-solid-hover']) enough('on-accent', ground, 4.5)
  })

  it('shows marks and the edges of controls with 3 to 1', () => {
    for (const tone of tones) for (const ground of ['surface', 'canvas', 'hover', `${tone}-tint`]) enough(`${tone}-mark`, ground, 3)
    for (const ground of ['surface', 'canvas', 'raised']) enough('edge', ground, 3)
  })
})
