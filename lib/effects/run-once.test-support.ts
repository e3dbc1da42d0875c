import { makeEffectRunner } from './run-effects'

/** A worker process for tests that kill it: takes what is due until nothing is, then ends. */
const runner = makeEffectRunner()
while (await runner.step());
process.exit(0)
