/** `npm run bench -- ingest|drain|fresh [--quick]`: measures the figures that the product promises. See bench/README.md. */
import { runBench } from '@/bench/run'

const [name = '', ...args] = process.argv.slice(2)
process.exit(await runBench(name, { quick: args.includes('--quick'), args: args.filter((one) => one !== '--quick') }))
