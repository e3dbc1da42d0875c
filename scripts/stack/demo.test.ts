import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { demoPorts, needDemoAddresses } from './demo'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'matchbook-demo-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const at = (web: number, sandbox: number) => ({ webUrl: `http://localhost:${web}`, sandboxUrl: `http://127.0.0.1:${sandbox}` })
const made = (demo: object): void => writeFileSync(join(folder, 'demo.json'), JSON.stringify({ signIns: [], tryFirst: [], ...demo }))

test('a demo starts where it was made, and elsewhere says with which ports it does', () => {
  made(at(3000, 4010))
  expect(demoPorts(folder)).toEqual({ web: 3000, sandbox: 4010 })
  expect(() => needDemoAddresses(folder, at(3000, 4010))).not.toThrow()
  expect(() => needDemoAddresses(folder, at(3100, 4010))).toThrow(/made at http:\/\/localhost:3000 .*PORT=3000 SANDBOX_PORT=4010 npm start.*npm run reset/)
  expect(() => needDemoAddresses(folder, at(3000, 4110))).toThrow(/PORT=3000 SANDBOX_PORT=4010/)
})

test('an address that was given is asked for by its name', () => {
  made({ webUrl: 'https://pay.example.com', sandboxUrl: 'http://127.0.0.1:4010' })
  expect(demoPorts(folder)).toEqual({ web: undefined, sandbox: 4010 })
  expect(() => needDemoAddresses(folder, at(3000, 4010))).toThrow(/MATCHBOOK_URL=https:\/\/pay.example.com SANDBOX_PORT=4010 npm start/)
})

test('a folder without a demo, or with one that does not say where it was made, asks for nothing', () => {
  expect(demoPorts(folder)).toEqual({})
  expect(() => needDemoAddresses(folder, at(3100, 4110))).not.toThrow()
  made({})
  expect(() => needDemoAddresses(folder, at(3100, 4110))).not.toThrow()
})
