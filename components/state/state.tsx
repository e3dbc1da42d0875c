import { Pill } from '@/components/ui/pill'
import { wordFor, type WordFamily } from './words'

/** A state of the product with its sentence on hover. `ground` for heads and panels, without for rows. */
export function State({ of, is, ground = false, focusable = false }: { of: WordFamily; is: string; ground?: boolean; focusable?: boolean }) {
  const word = wordFor(of, is)
  return (
    <Pill tone={word.tone} sentence={word.sentence} ground={ground} focusable={focusable}>
      {word.label}
    </Pill>
  )
}
