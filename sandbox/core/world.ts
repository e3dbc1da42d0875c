import type { Accounts } from '../stripe/accounts'
import type { Events } from '../stripe/events'
import type { Clock } from './clock'
import type { Config } from './config'
import type { FaultPort } from './faults'
import type { Log } from './log'
import type { Store } from './store'

/** Everything a part of the sandbox is given. Each part exports `mount(app: Hono, world: World): void`. */
export interface World {
  readonly store: Store
  readonly clock: Clock
  readonly events: Events
  readonly accounts: Accounts
  readonly config: Config
  readonly faults: FaultPort
  readonly log: Log
}
