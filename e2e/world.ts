import { test as base, expect as plainExpect } from '@playwright/test'
import type { Demo } from './demo'
import { demoOfThisRun } from './demo'
import { closeRecords } from './records'
import { calmSandbox } from './stripe'

/** Patient enough for a machine that is busy with other things. */
export const expect = plainExpect.configure({ timeout: 20_000 })

/** A journey. `demo`: the tenants of this run. The sandbox is calm at its start, whatever went before. */
export const test = base.extend<{ calm: void }, { demo: Demo; records: void }>({
  demo: [async ({}, give) => give(await demoOfThisRun()), { scope: 'worker', timeout: 120_000 }],
  records: [
    async ({}, give) => {
      await give()
      await closeRecords()
    },
    { scope: 'worker', auto: true },
  ],
  calm: [
    async ({}, give) => {
      await calmSandbox()
      await give()
    },
    { auto: true },
  ],
})
