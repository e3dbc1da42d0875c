/** What the engine has to know of a statement; its text is looked at once. */
export type Kind = {
  /** Its verb and its first table. */
  label: string
  /** Under which it is prepared where the product gives it no name. */
  name: string
  /** BEGIN, SET LOCAL: nobody sees them and they wait for nobody, so they go with what follows. */
  opens: boolean
  begins: boolean
  /** COMMIT and ROLLBACK; not ROLLBACK TO. */
  ends: boolean
  isCommit: boolean
  /** Takes a transaction back, or its part. */
  isRollback: boolean
  /** Only reads, and locks nothing. */
  isLook: boolean
  asksTime: boolean
  notifies: boolean
}

/** Texts of which some part is data (a tenant's id) are always new: those are forgotten again. */
const mostTexts = 5_000
const kinds = new Map<string, Kind>()

export function kindOf(text: string): Kind {
  const known = kinds.get(text)
  if (known) return known
  if (kinds.size >= mostTexts) kinds.clear()
  const kind = read(text)
  kinds.set(text, kind)
  return kind
}

let count = 0

function read(text: string): Kind {
  const is = (pattern: RegExp) => pattern.test(text)
  const verb = /^\s*(?:WITH\b[\s\S]*?\b(?=INSERT|UPDATE|DELETE|SELECT))?(\w+)/i.exec(text)?.[1]?.toLowerCase() ?? '?'
  const table = /\b(?:INTO|UPDATE|FROM|JOIN)\s+(?:"?public"?\.)?"?(?!unnest|jsonb|lateral|\()(\w+)/i.exec(text)?.[1] ?? ''
  return {
    label: `${verb} ${table}`.trim(),
    name: `unnamed_${(count += 1)}`,
    opens: is(/^\s*(BEGIN|SET LOCAL)\b/i),
    begins: is(/^\s*BEGIN\b/i),
    ends: is(/^\s*(COMMIT|ROLLBACK(?!\s+TO)|END)\b/i),
    isCommit: is(/^\s*COMMIT\b/i),
    isRollback: is(/^\s*ROLLBACK/i),
    isLook: is(/^\s*SELECT\b/i) && !is(/\bFOR\s+(NO\s+KEY\s+)?(UPDATE|SHARE)\b|advisory|pg_notify/i),
    asksTime: is(/\bnow\(\)/),
    notifies: text.includes('pg_notify'),
  }
}
