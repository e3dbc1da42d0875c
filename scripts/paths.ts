import { fileURLToPath } from 'node:url'

/** The checkout: every path of the scripts is built from here, never from the current folder. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')
