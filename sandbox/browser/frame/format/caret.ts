/**
 * Where the caret belongs after reformatting: behind the same number of kept characters as before.
 * `kept` says which characters of the text count (digits, for a card number).
 */
export function caretAfter(before: string, caret: number, formatted: string, kept: RegExp): number {
  let remaining = [...before.slice(0, caret)].filter((character) => kept.test(character)).length
  if (caret >= before.length) return formatted.length
  let position = 0
  while (position < formatted.length && remaining > 0) {
    if (kept.test(formatted[position] ?? '')) remaining -= 1
    position += 1
  }
  return position
}
