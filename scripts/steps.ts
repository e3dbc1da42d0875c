/** Where progress is written. Tests and benches pass a quiet one. */
export type Progress = {
  /** Runs one named step and reports how long it took. `detail` is shown when the step returns it. */
  step<T>(name: string, work: () => Promise<T>, detail?: (result: T) => string | undefined): Promise<T>
}

/** Writes each step with its time; on a terminal the running step shows its seconds. */
export function shownProgress(out: NodeJS.WriteStream = process.stdout): Progress {
  return {
    async step(name, work, detail) {
      const began = performance.now()
      const line = (mark: string, end: string): string => `  ${mark} ${name.padEnd(26)} ${end}`
      const seconds = (): string => `${((performance.now() - began) / 1000).toFixed(1)} s`
      const ticking = out.isTTY ? setInterval(() => out.write(`\r${line('·', seconds())}`), 100) : undefined
      try {
        const result = await work()
        const more = detail?.(result)
        out.write(`${out.isTTY ? '\r\u001b[2K' : ''}${line('✓', seconds().padStart(7))}${more ? `  ${more}` : ''}\n`)
        return result
      } catch (error) {
        out.write(`${out.isTTY ? '\r\u001b[2K' : ''}${line('✗', seconds().padStart(7))}\n`)
        throw error
      } finally {
        clearInterval(ticking)
      }
    },
  }
}

/** Runs the steps and says nothing. */
export const quietProgress: Progress = { step: (_name, work) => work() }
