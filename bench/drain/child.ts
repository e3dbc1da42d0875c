import { fork } from 'node:child_process'
import { join } from 'node:path'
import { root } from '@/scripts/paths'

export type Child = { pid: number; tell(order: object): void; ask<Answer extends { error?: string }>(order: object): Promise<Answer>; stop(): void }

/** As the product's worker is started; the others profit as well. */
const largeNursery = '--max-semi-space-size=64'

/** Starts a TypeScript file of this folder as a process of its own, which says `ready` once; it ends with this process, whatever happens. */
export async function startChild(file: string, env: Record<string, string>, nodeArguments: string[] = []): Promise<Child> {
  const child = fork(join(root, 'bench', file), [], {
    cwd: root,
    execArgv: [largeNursery, ...nodeArguments, '--import', 'tsx'],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const next = <T>() =>
    new Promise<T>((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`${file} ended with ${code}`))
      child.once('exit', ended)
      child.once('message', (message) => {
        child.off('exit', ended)
        resolve(message as T)
      })
    })
  await next()
  return {
    pid: child.pid ?? 0,
    tell: (order) => void child.send(order),
    async ask<Answer extends { error?: string }>(order: object) {
      child.send(order)
      const answer = await next<Answer>()
      if (answer.error) throw new Error(`${file}: ${answer.error}`)
      return answer
    },
    stop: () => child.disconnect(),
  }
}
