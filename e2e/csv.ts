/** Reads a CSV file (RFC 4180) as records named by its first line. */
export function recordsOf(text: string): Record<string, string>[] {
  const [names = [], ...lines] = cellsOf(text)
  return lines.map((cells) => Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])))
}

function cellsOf(text: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  let cell = ''
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (quoted) {
      if (char !== '"') cell += char
      else if (text[at + 1] === '"') cell += text[++at]
      else quoted = false
    } else if (char === '"') quoted = true
    else if (char === ',') {
      record.push(cell)
      cell = ''
    } else if (char === '\n') {
      records.push([...record, cell.replace(/\r$/, '')])
      record = []
      cell = ''
    } else cell += char
  }
  if (cell !== '' || record.length > 0) records.push([...record, cell])
  return records
}

/** `64.70` as 6470, by string alone. The file writes every currency with all its decimals. */
export function minorOf(decimal: string): bigint {
  return decimal === '' ? 0n : BigInt(decimal.replace('.', ''))
}

/** Sums of a column in minor units, per value of another. */
export function sumsOf(records: Record<string, string>[], column: string, per: string): Record<string, string> {
  const sums = new Map<string, bigint>()
  for (const record of records) {
    const group = record[per] ?? ''
    if (group !== '') sums.set(group, (sums.get(group) ?? 0n) + minorOf(record[column] ?? ''))
  }
  return Object.fromEntries([...sums].sort().map(([group, sum]) => [group, sum.toString()]))
}
