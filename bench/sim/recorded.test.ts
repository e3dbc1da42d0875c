import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Result } from './history'
import { faultNames, record, tally } from './recorded'

const folder = mkdtempSync(join(tmpdir(), 'matchbook-recorded-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const result = (hits: Record<string, number>, violations: string[] = []) => ({ events: 100, violations, hits }) as unknown as Result

it('adds up the runs of a recording and names the faults that none of them met', () => {
  const file = join(folder, 'two.jsonl')
  const all = Object.fromEntries([...faultNames].map((name) => [name, 1]))
  const { 'wake_up.lost': _lost, ...most } = all
  record(file, 'a', [result(most), result({ 'a purchase': 3 })])
  expect(tally(file)).toMatchObject({ histories: 2, events: 200, violations: 0, missing: ['wake_up.lost'] })
  record(file, 'b', [result({ 'wake_up.lost': 2, 'a purchase': 1 }, ['wrong'])])
  const both = tally(file)
  expect(both).toMatchObject({ histories: 3, events: 300, violations: 1, missing: [] })
  expect([both.hits.get('a purchase'), both.hits.get('wake_up.lost')]).toEqual([4, 2])
})

it('does not count the same histories twice', () => {
  const file = join(folder, 'twice.jsonl')
  record(file, 'a', [result({})])
  record(file, 'a', [result({})])
  expect(() => tally(file)).toThrow('seed a')
})
