import type { TestProject } from 'vitest/node'
import { ensureChromium } from './chromium'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Path of the browser. */
    chromium: string
  }
}

/** Vitest's global setup of the `sandbox` project: a Chromium, found or installed once for the run. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('chromium', await ensureChromium())
}
