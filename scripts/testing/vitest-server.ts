import type { TestProject } from 'vitest/node'
import { startTestServer } from './test-server'
import type { TestServer } from './test-server'

declare module 'vitest' {
  export interface ProvidedContext {
    testServer: TestServer
  }
}

/** Vitest's global setup of the `database` project: one server for the run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop, ownerUrl, appUrl, workerUrl } = await startTestServer()
  project.provide('testServer', { ownerUrl, appUrl, workerUrl })
  return stop
}
