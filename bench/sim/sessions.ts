import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import pg from 'pg'
import type { Backend, Database, Role } from './database'
import { kindOf, type Kind } from './statement-kind'
import { currentFiber, outsideFibers, type Operation, type Process, type Scheduler, type Settled } from './scheduler'

/** What befalls a statement before it is sent or after it was done. */
export type Misfortune = 'cut_before' | 'cut_after' | 'deadlock' | 'serialisation' | 'statement_timeout'
export type Statement = { label: string; kind: Kind; inTransaction: boolean; process: Process }
export type Fate = { statement(statement: Statement): Misfortune | null; connect(process: Process): 'pool_empty' | null; wakeUp(channel: string): boolean }

type Asked = string | { text: string; values?: unknown[]; name?: string; rowMode?: string; types?: unknown }
type Answer = { command: string; rowCount: number | null; rows: unknown[]; fields: unknown[] }
/** A statement that waits on its connection. `fated` was decided when it was looked at, `answered` came with those before it. */
type Entry = { asked: Asked; values: unknown[] | undefined; statement: Statement; fated?: Misfortune | null; answered?: Settled; isTold?: boolean }
/** Statements that were sent together, as the driver's pipeline does. */
type Parked = { operation: Operation; client: SimClient; group: Entry[]; sent: Promise<Settled[]>; settled: Settled[] | null }

/** How long, really, a statement may take before we ask whether it waits for a lock. Only the speed depends on it. */
const patienceMs = 2

/**
 * The connections of all virtual processes in one history. Each statement is an operation of the scheduler; one that
 * waits for a lock of another virtual process is parked and looked at again whenever a transaction ends.
 */
export class Sessions {
  private parked: Parked[] = []
  private readonly clients = new Set<SimClient>()
  /** How many times something was sent that may have changed rows. */
  writes = 0

  constructor(
    readonly database: Database,
    readonly scheduler: Scheduler,
    readonly fate: Fate,
    /** Told after the commit of a transaction that notified these channels. */
    private readonly woken: (channel: string) => void,
  ) {}

  /** Ends every connection of a process, as its death does: PostgreSQL rolls back what was open. */
  async close(process: Process): Promise<void> {
    const dead = [...this.clients].filter((client) => client.process === process)
    for (const client of dead) this.clients.delete(client)
    // All that waits is called off before anything is rolled back that some of it may have waited for.
    for (const client of dead) await this.abandon(client, client.backend)
    for (const client of dead) await client.giveUp()
    await this.lookAgain()
  }

  isParked(client: SimClient): boolean {
    return this.parked.some((entry) => entry.client === client)
  }

  /** Nobody waits for the statement of this connection any more. */
  async abandon(client: SimClient, backend: Backend | null): Promise<void> {
    const waiting = this.parked.find((entry) => entry.client === client)
    if (!waiting) return
    this.parked = this.parked.filter((entry) => entry !== waiting)
    if (waiting.settled !== null) return
    await this.database.cancel(backend?.pid ?? 0)
    await waiting.sent
  }

  /** After the history: no connection is left in anybody's hands. */
  async closeAll(): Promise<void> {
    for (const process of new Set([...this.clients].map((client) => client.process))) if (process) await this.close(process)
  }

  async connect(role: Role): Promise<SimClient> {
    const process = currentFiber()?.process ?? null
    if (process && this.fate.connect(process) === 'pool_empty') {
      await this.scheduler.sleep(5_000)
      throw new Error('timeout exceeded when trying to connect')
    }
    return new SimClient(this, role, process)
  }

  note(client: SimClient, isOpen: boolean): void {
    if (isOpen) this.clients.add(client)
    else this.clients.delete(client)
  }

  /** Sends a statement for real and what waits behind it, or what befalls it. Null: it waits for a lock and was parked. */
  async execute(client: SimClient, head: Entry, behind: Entry[], self: Operation | null): Promise<Settled | null> {
    const { ends } = head.statement.kind
    if (client.state === 'broken') return { error: lost() }
    if (client.state === 'aborted') {
      if (!ends) return { error: databaseError('25P02', 'current transaction is aborted, commands ignored until end of transaction block') }
      client.state = 'open'
      return { value: { command: 'ROLLBACK', rowCount: null, rows: [], fields: [] } satisfies Answer }
    }
    const fated = (entry: Entry) => (entry.fated === undefined ? (entry.fated = self && this.fate.statement(entry.statement)) : entry.fated)
    const misfortune = fated(head)
    if (misfortune && misfortune !== 'cut_after') return this.spoil(client, misfortune)

    const group = [head]
    while (!misfortune && behind[0] && !fated(behind[0])) group.push(behind.shift() as Entry)
    if (ends && client.held.length > 0) {
      client.held = []
      const command = head.statement.kind.isCommit ? 'COMMIT' : 'ROLLBACK'
      const first = await this.conclude(client, group, [{ value: { command, rowCount: null, rows: [], fields: [] } satisfies Answer }])
      return misfortune === 'cut_after' ? this.spoil(client, 'cut_after') : first
    }
    const backend = (client.backend ??= await this.database.take(client.role))
    const sent = this.send(client, backend, group)
    const settled = self === null ? await sent : await this.doneOrWaiting(client, backend, self, group, sent)
    if (settled === null) return null
    const first = await this.conclude(client, group, settled)
    for (const entry of group) entry.isTold = true
    return misfortune === 'cut_after' ? this.spoil(client, 'cut_after') : first
  }

  /** Puts the time, what was held back and the group on the wire at once. */
  private async send(client: SimClient, backend: Backend, group: Entry[]): Promise<Settled[]> {
    if (!group.every(isLook)) this.writes += 1
    const { stream } = (backend.client as unknown as { connection: { stream: Socket } }).connection
    stream.cork()
    const first: Promise<unknown>[] = []
    const before = [...(group.some(({ statement }) => statement.kind.asksTime) ? tellTime(backend, this.scheduler.nowMs) : []), ...client.held]
    client.held = []
    if (before.length > 0) first.push(backend.client.query(before.join(';')))
    const sent = group.map((entry) => settledOf(backend.client.query(prepared(entry) as string, entry.values as unknown[])))
    stream.uncork()
    await Promise.all(first)
    return Promise.all(sent)
  }

  private async conclude(client: SimClient, group: Entry[], settled: Settled[]): Promise<Settled> {
    for (const [index, entry] of group.entries()) {
      entry.answered = settled[index] as Settled
      await this.afterwards(client, entry, entry.answered)
    }
    return settled[0] as Settled
  }

  private async doneOrWaiting(client: SimClient, backend: Backend, operation: Operation, group: Entry[], sent: Promise<Settled[]>): Promise<Settled[] | null> {
    // Nobody else holds a lock between two operations but who is in a transaction.
    const couldWait = !group.every(isLook) && (this.parked.length > 0 || [...this.clients].some((other) => other !== client && other.isOpen))
    if (!couldWait) return sent
    for (;;) {
      const settled = await Promise.race([sent, pause(patienceMs)])
      if (settled) return settled
      const blockers = (await this.database.waits([backend.pid])).get(backend.pid) ?? []
      if (blockers.length === 0) continue
      const entry: Parked = { operation, client, group, sent, settled: null }
      void sent.then((result) => (entry.settled = result))
      this.parked.push(entry)
      return null
    }
  }

  private async afterwards(client: SimClient, { asked, values, statement: { kind } }: Entry, settled: Settled): Promise<void> {
    if (kind.notifies) for (const value of valuesOf(asked, values)) if (/^matchbook_\w+$/.test(String(value))) client.notifies.add(String(value))
    if (kind.begins && !('error' in settled)) client.inTransaction = true
    else if (kind.ends) {
      client.inTransaction = false
      if (!kind.isCommit) client.notifies.clear()
      if (client.backend && !('value' in settled && (settled.value as Answer).command === 'COMMIT')) client.backend.toldMs = null
    }
    if (!client.inTransaction) {
      const channels = [...client.notifies]
      client.notifies.clear()
      if (client.isLone) client.handBack()
      await this.lookAgain()
      if (!('error' in settled)) for (const channel of channels) if (this.fate.wakeUp(channel)) this.woken(channel)
    } else if ('error' in settled) await this.lookAgain()
  }

  /** After a transaction ended: whoever waited for it goes on, until everyone has either ended or waits again. */
  async lookAgain(): Promise<void> {
    while (this.parked.length > 0) {
      await this.untilEndedOrWaiting()
      const ended = this.parked.filter((entry) => entry.settled !== null)
      if (ended.length === 0) return
      this.parked = this.parked.filter((entry) => entry.settled === null)
      for (const { operation, client, group, settled } of ended) {
        const after = await this.conclude(client, group, settled as Settled[])
        this.scheduler.note(`unparked ${operation.fiber.process.name}/${operation.fiber.name} ${operation.label}`)
        this.scheduler.unpark(operation, () => {
          for (const entry of group) entry.isTold = true
          return after
        })
      }
    }
  }

  /** Nobody is told before all have come to rest: who was quicker, really, must not be seen. */
  private async untilEndedOrWaiting(): Promise<void> {
    for (;;) {
      const open = this.parked.filter((entry) => entry.settled === null)
      if (open.length === 0) return
      const waits = await this.database.waits(open.map((entry) => entry.client.backend?.pid ?? 0))
      if ([...waits.values()].every((blockers) => blockers.length > 0)) return
      await Promise.race([...open.map((entry) => entry.sent), pause(1)])
    }
  }

  private async spoil(client: SimClient, misfortune: Misfortune): Promise<Settled> {
    if (client.backend && client.isOpen) {
      await client.backend.client.query('ROLLBACK')
      client.backend.toldMs = null
    }
    client.held = []
    client.notifies.clear()
    const wasIn = client.inTransaction
    client.inTransaction = false
    if (misfortune === 'cut_before' || misfortune === 'cut_after') {
      client.state = 'broken'
      client.handBack()
    } else if (wasIn) client.state = 'aborted'
    else if (client.isLone) client.handBack()
    await this.lookAgain()
    if (misfortune === 'deadlock') return { error: databaseError('40P01', 'deadlock detected') }
    if (misfortune === 'serialisation') return { error: databaseError('40001', 'could not serialize access due to concurrent update') }
    if (misfortune === 'statement_timeout') return { error: databaseError('57014', 'canceling statement due to statement timeout') }
    return { error: lost() }
  }
}

/** A connection as the driver shows it, to the product and to Prisma. */
export class SimClient extends EventEmitter {
  backend: Backend | null = null
  state: 'open' | 'aborted' | 'broken' = 'open'
  inTransaction = false
  /** BEGIN and SET LOCAL: they can neither wait nor be seen, and are sent with the statement that follows. */
  held: string[] = []
  readonly notifies = new Set<string>()
  /** What has not been sent yet, in its order. */
  private readonly line: Entry[] = []

  constructor(
    private readonly sessions: Sessions,
    readonly role: Role,
    readonly process: Process | null,
    /** One statement of a pool: the connection goes back by itself. */
    readonly isLone = false,
  ) {
    super()
    sessions.note(this, true)
  }

  /** Does PostgreSQL have a transaction open for us? */
  get isOpen(): boolean {
    return this.inTransaction && this.held.length === 0
  }

  async query(asked: Asked, values?: unknown[]): Promise<unknown> {
    const text = typeof asked === 'string' ? asked : asked.text
    const kind = kindOf(text)
    if (this.state === 'open' && this.line.length === 0 && kind.opens && this.inTransaction === this.held.length > 0) {
      this.held.push(text)
      this.inTransaction = true
      return { command: text.trim().startsWith('SET') ? 'SET' : 'BEGIN', rowCount: null, rows: [], fields: [] } satisfies Answer
    }
    const fiber = currentFiber()
    const statement: Statement = {
      label: typeof asked !== 'string' && asked.name ? asked.name : kind.label,
      kind,
      inTransaction: this.inTransaction,
      process: this.process as Process,
    }
    const entry: Entry = { asked, values, statement }
    if (!fiber) {
      const settled = (await this.sessions.execute(this, entry, [], null)) as Settled
      if ('error' in settled) throw settled.error
      return settled.value
    }
    this.line.push(entry)
    return this.sessions.scheduler.perform({
      fiber,
      kind: 'sql',
      label: statement.label,
      // What the product sent behind a statement that waits for a lock waits with it.
      isReady: () => this.line[0] === entry && !this.sessions.isParked(this),
      isAnswered: () => entry.isTold === true,
      run: async (self) => {
        if (entry.answered === undefined) {
          this.line.shift()
          statement.inTransaction = this.inTransaction
          const settled = await this.sessions.execute(this, entry, this.line, self)
          if (settled === null) return null
          entry.answered = settled
        }
        const settled = entry.answered
        return 'value' in settled ? { ...settled, note: String((settled.value as Answer).rowCount) } : settled
      },
    })
  }

  release(error?: unknown): void {
    this.sessions.note(this, false)
    if (error && this.inTransaction) this.state = 'broken'
    this.handBack()
  }

  handBack(): void {
    const { backend } = this
    this.backend = null
    if (this.isLone) this.sessions.note(this, false)
    if (!backend) return
    if (!this.isOpen) return this.sessions.database.give(backend)
    backend.toldMs = null
    // Let go in the middle of a transaction: the connection is dropped, and PostgreSQL rolls back.
    this.sessions.scheduler.hold(
      outsideFibers(async () => {
        await this.sessions.abandon(this, backend)
        await backend.client.query('ROLLBACK')
        this.sessions.database.give(backend)
        await this.sessions.lookAgain()
      }),
    )
  }

  /** The process is dead: nobody will say anything on this connection any more. */
  async giveUp(): Promise<void> {
    const { backend } = this
    this.backend = null
    this.state = 'broken'
    if (!backend) return
    if (this.isOpen) await backend.client.query('ROLLBACK')
    backend.toldMs = null
    this.sessions.database.give(backend)
  }
}

/** A pool whose connections are those of the virtual process that asks. Prisma wants an instance of the driver's. */
export class SimPool extends pg.Pool {
  constructor(
    private readonly role: Role,
    private readonly sessions: () => Sessions,
  ) {
    super({ max: 1 })
    this.setMaxListeners(0)
  }

  override connect = (() => this.sessions().connect(this.role)) as never
  override query = ((asked: Asked, values?: unknown[]) =>
    new SimClient(this.sessions(), this.role, currentFiber()?.process ?? null, true).query(asked, values)) as never
  override end = (async () => undefined) as never
}

function valuesOf(asked: Asked, values: unknown[] | undefined): unknown[] {
  return values ?? (typeof asked === 'string' ? [] : (asked.values ?? []))
}

function isLook({ statement }: Entry): boolean {
  return statement.kind.isLook
}

function tellTime(backend: Backend, nowMs: number): string[] {
  const rounded = Math.floor(nowMs / 250) * 250
  if (backend.toldMs === rounded) return []
  backend.toldMs = rounded
  return [`SET sim.now = '${new Date(rounded).toISOString()}'`]
}

/** The same statement is understood and planned once for each connection, also where the product sends it without a name. */
function prepared({ asked, values, statement: { kind } }: Entry): Asked {
  if (valuesOf(asked, values).length === 0 || (typeof asked !== 'string' && asked.name)) return asked
  return { ...(typeof asked === 'string' ? { text: asked } : asked), name: kind.name }
}

function settledOf(sent: Promise<unknown>): Promise<Settled> {
  return sent.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
}

const { setTimeout: laterReally } = globalThis
const pause = (ms: number): Promise<null> => new Promise((resolve) => laterReally(() => resolve(null), ms))

function databaseError(code: string, message: string): Error {
  return Object.assign(new Error(message), { name: 'error', code, severity: 'ERROR', length: message.length })
}

function lost(): Error {
  return new Error('Connection terminated unexpectedly')
}
