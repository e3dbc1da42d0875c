import { hopWords, type HopState } from '@/components/state/words'
import { hint } from '@/components/ui/hint'
import { stationNames } from './names'
import { trailKinds, type TrailDotsView } from './view'

const STEP = 9.5
const HEIGHT = 10

/** Says the dots in words: what is proven up to where, and what is not. */
export function dotsText(hops: TrailDotsView): string {
  const groups: { state: HopState; names: string[] }[] = []
  hops.forEach((state, index) => {
    const kind = trailKinds[index]
    if (kind === undefined) return
    const name = stationNames[kind].name.toLowerCase()
    const last = groups.at(-1)
    if (last?.state === state) last.names.push(name)
    else groups.push({ state, names: [name] })
  })
  return groups.map((group) => `${hopWords[group.state].label}: ${group.names.join(', ')}.`).join(' ')
}

/** The trail of a row: the same stations as small dots, with the same lines between them. */
export function TrailDots({ hops }: { hops: TrailDotsView }) {
  const width = (hops.length - 1) * STEP + HEIGHT
  const text = dotsText(hops)
  return (
    <svg
      role="img"
      aria-label={text}
      {...hint(text.replaceAll('. ', '.\n'))}
      viewBox={`0 0 ${width} ${HEIGHT}`}
      width={width}
      height={HEIGHT}
      className="inline-block shrink-0"
    >
      {hops.map((state, index) => {
        const x = index * STEP + HEIGHT / 2
        return (
          <g key={index}>
            {index > 0 && <DotLine state={state} from={x - STEP + 3} to={x - 3} />}
            <Dot state={state} x={x} />
          </g>
        )
      })}
    </svg>
  )
}

function DotLine({ state, from, to }: { state: HopState; from: number; to: number }) {
  if (state === 'missing' || state === 'not_applicable') return null
  return (
    <path
      d={`M${from} 5H${to}`}
      strokeWidth="1.4"
      strokeDasharray={state === 'inferred' ? '1.4 1.2' : undefined}
      className={state === 'not_due' ? 'stroke-line-strong' : 'stroke-ink'}
    />
  )
}

function Dot({ state, x }: { state: HopState; x: number }) {
  if (state === 'proven') return <circle cx={x} cy="5" r="2.6" className="fill-ink" />
  if (state === 'inferred') return <circle cx={x} cy="5" r="2.4" className="fill-none stroke-attention-mark" strokeWidth="1.4" />
  if (state === 'missing') {
    return <path d={`M${x - 2.3} 2.7l4.6 4.6m0-4.6l-4.6 4.6`} strokeWidth="1.6" strokeLinecap="round" className="stroke-bad-mark" />
  }
  if (state === 'not_due') return <circle cx={x} cy="5" r="2" className="fill-none stroke-edge" strokeWidth="1" />
  return <path d={`M${x - 2} 5h4`} strokeWidth="1.2" className="stroke-line-strong" />
}
