import { setClockOffset } from '@/lib/kernel/clock'
import { replayStep } from './replay-step'

/** A worker for tests that kill it: goes on with one replay until it is through. */
const { id, offset_ms } = JSON.parse(process.argv[2] ?? '{}') as { id: string; offset_ms: number }
setClockOffset(offset_ms)
process.stdout.write('ready\n')
while (await replayStep(id)) continue
process.exit(0)
