import { isFree } from '../ports'
import { Sentence } from '../sentence'

/**
 * Throws a Sentence when another program listens on the port. After an unclean end the processes of the run
 * before may still be finishing their requests: they get a few seconds.
 */
export async function needPort(port: number, variable: string, unclean: boolean): Promise<void> {
  const end = performance.now() + (unclean ? 12_000 : 500)
  while (!(await isFree(port))) {
    if (performance.now() > end)
      throw new Sentence(`Port ${port} is taken by another program: stop that, or choose another port with ${variable}=${port + 1} npm start.`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
