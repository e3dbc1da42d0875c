import { config } from './config'

/** True under `next dev`, whose client code needs eval. */
export function isDevelopment(): boolean {
  return process.env.NODE_ENV === 'development'
}

/** True while `next build` loads our code: nothing may be started or asked for. */
export function isBuilding(): boolean {
  return process.env.NEXT_PHASE === 'phase-production-build'
}

/** next-auth reads its own address from the environment alone; it is ours. */
export function tellNextAuth(): void {
  process.env.NEXTAUTH_URL = config().origin
}

/** Where the seed wrote who may sign in to the demo; null outside the sandbox. */
export function demoFile(): string | null {
  return config().mode === 'sandbox' ? process.env.MATCHBOOK_DEMO_FILE || null : null
}
