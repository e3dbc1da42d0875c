const quote = 0x22
const lineFeed = 0x0a
const carriageReturn = 0x0d

/**
 * PostgreSQL ends the lines of a CSV with a line feed, RFC 4180 with carriage return and line feed. Given the bytes in
 * any pieces, `push` returns them with the ends replaced, and counts the records; line feeds inside of quotes stay.
 * A doubled quote closes and opens again, so parity is enough.
 */
export function csvLines(): { push(bytes: Uint8Array): Uint8Array; records(): number } {
  let isQuoted = false
  let records = 0
  return {
    push(bytes) {
      let ends = 0
      let quoted = isQuoted
      for (const byte of bytes) {
        if (byte === quote) quoted = !quoted
        else if (byte === lineFeed && !quoted) ends++
      }
      const out = new Uint8Array(bytes.length + ends)
      let at = 0
      for (const byte of bytes) {
        if (byte === quote) isQuoted = !isQuoted
        else if (byte === lineFeed && !isQuoted) out[at++] = carriageReturn
        out[at++] = byte
      }
      records += ends
      return out
    },
    records: () => records,
  }
}
