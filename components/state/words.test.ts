import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exceptionFixes, wordFor, words, type WordFamily } from './words'

// The database's own lists, as its checks write them: a value added there must get its word here.
const migrations = new URL('../../prisma/migrations/', import.meta.url)
const sql = readdirSync(migrations, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => readFileSync(new URL(`${entry.name}/migration.sql`, migrations), 'utf8'))
  .join('\n')

function allowed(constraint: string, column: string): string[] {
  const check = new RegExp(`"${constraint}" CHECK \\(([\\s\\S]*?)\\);`).exec(sql)?.[1]
  const list = check === undefined ? undefined : new RegExp(`${column} IN \\(([^)]*)\\)`).exec(check)?.[1]
  if (list === undefined) throw new Error(`The migrations have no check ${constraint} with a list for ${column}.`)
  return [...list.matchAll(/'([^']+)'/g)].map((found) => found[1] ?? '')
}

const lists: [WordFamily, string, string][] = [
  ['order', 'order_payment_state_check', 'payment_state'],
  ['attempt', 'checkout_attempt_state_check', 'state'],
  ['fee', 'payment_fee_check', 'fee_state'],
  ['match', 'reconciliation_word_check', 'word'],
  ['hop', 'reconciliation_hops_check', 'order_hop'],
  ['effect', 'effect_state_check', 'state'],
  ['event', 'inbox_event_state_check', 'state'],
  ['eventKind', 'inbox_event_kind_check', 'kind'],
  ['replay', 'replay_state_check', 'state'],
]

describe('the vocabulary of states', () => {
  it.each(lists)('has a word for every %s the database allows, and no other', (family, constraint, column) => {
    expect(Object.keys(words[family]).sort()).toEqual(allowed(constraint, column).sort())
  })

  it('says in a whole sentence what every word means', () => {
    for (const family of Object.values(words)) {
      for (const word of Object.values(family)) {
        expect(word.label).not.toBe('')
        expect(word.sentence).toMatch(/^[A-Z].*[.!]$/)
      }
    }
  })

  it('says for everything that does not add up what to do about it', () => {
    expect(Object.keys(exceptionFixes).sort()).toEqual(Object.keys(words.exception).sort())
  })

  it('shows an unknown state as it came and calls it unclassified', () => {
    expect(wordFor('payment', 'requires_magic')).toMatchObject({ label: 'requires magic', tone: 'attention' })
    expect(wordFor('payment', 'requires_magic').sentence).toContain('requires_magic')
    expect(wordFor('payment', 'constructor').sentence).toContain('Unclassified')
  })
})
