import type { EndpointView, HearingView } from '@/components/connection/view'
import { durationText } from '@/components/events/duration'
import type { Addresses } from '@/components/frame/address'
import { wordFor } from '@/components/state/words'
import type { Tone } from '@/components/ui/tone'
import type { HearingEndpoint, WebhookHealth } from '@/lib/inbox/queries'
import { publicId } from '@/lib/kernel/public-id'

/** What a refused delivery means, and what to do. */
const refusals: Readonly<Record<string, [reason: string, todo: string]>> = {
  no_match: ['the signature was made with another secret.', 'Copy the signing secret of this endpoint from Stripe again.'],
  too_old: ['it was signed more than five minutes earlier.', 'Check this server’s clock; Stripe sends it again.'],
  in_future: ['it was signed more than five minutes ahead of our clock.', 'This server’s clock is slow: set it by the network.'],
  no_header: ['it had no signature.', 'It was not Stripe who sent it, or a proxy took the header away.'],
  header_malformed: ['its signature was not written as Stripe writes it.', 'It was not Stripe who sent it, or a proxy changed the header.'],
  body_not_text: ['its content was not text.', 'It was not Stripe who sent it, or a proxy changed the content.'],
  body_empty: ['it had no content.', 'It was not Stripe who sent it, or a proxy took the content away.'],
  body_unreadable: ['its content is no event of Stripe.', 'Check in Stripe what is sent to this address.'],
  no_secret: ['the endpoint has no signing secret here.', 'Copy the signing secret of this endpoint from Stripe.'],
}

/** A wait longer than this is worth a look: an event is processed in less than a second. */
const longWaitMs = 60_000

/** How one account is heard. `span` is the period of figures and chart; `now` is business time. */
export function hearingView(
  of: WebhookHealth,
  name: { several: boolean; id: string; account: string; revoked: boolean },
  span: HeardSpanChoice,
  ourVersion: string,
  now: Date,
  at: Addresses,
): HearingView {
  const connection = name.several ? { connection: publicId('connection', name.id) } : {}
  const events = (query: Record<string, string | string[]>) => at.place('events', { ...connection, ...query })
  const { counts, pace, waiting } = of
  const oldest = waiting.oldest_at === null ? null : now.getTime() - waiting.oldest_at.getTime()
  return {
    verdict: verdictOf(of, name, now),
    lastAt: of.last_at?.toISOString() ?? null,
    lastAppliedAt: of.last_applied_at?.toISOString() ?? null,
    unit: span.unit,
    bars: of.spans.map((bar) => ({ at: bar.at.toISOString(), applied: bar.applied, ignored: bar.ignored, setAside: bar.quarantined })),
    spans: (Object.keys(spanChoices) as (keyof typeof spanChoices)[]).map((key) => ({
      href: at.place('connection', { span: key === 'day' ? null : key }),
      label: spanChoices[key].label,
      current: spanChoices[key] === span,
    })),
    figures: [
      {
        label: 'Deliveries',
        value: number(counts.deliveries),
        note: `${number(counts.applied)} applied, ${number(counts.ignored)} ignored${counts.quarantined > 0 ? `, ${number(counts.quarantined)} set aside` : ''}`,
        href: events({ kind: 'delivery' }),
        meaning: `What Stripe delivered in ${span.words}, each event counted once.`,
      },
      {
        label: 'Took',
        value: pace.p50_ms === null ? '–' : durationText(pace.p50_ms),
        ...(pace.p99_ms === null ? {} : { note: `99 of 100 within ${durationText(pace.p99_ms)}` }),
        meaning: 'From the arrival of a delivery until it was processed: half were faster. Of the newest 1,000.',
      },
      {
        label: 'Waiting now',
        value: waiting.count >= 10_000 ? '10,000+' : number(waiting.count),
        ...(oldest === null ? {} : { note: `the oldest for ${durationText(oldest)}` }),
        meaning: 'Stored and not yet processed. Usually none for longer than a second.',
        tone: oldest !== null && oldest > longWaitMs ? 'attention' : 'plain',
      },
      {
        label: 'Repeats',
        value: number(counts.repeats),
        note: counts.alarms > 0 ? `${number(counts.alarms)} not the same event` : 'counted once each',
        href: events({ only: counts.alarms > 0 ? 'alarm' : 'repeated' }),
        meaning: 'Deliveries that came again. Stripe sends an event again when it is unsure that it arrived; it does no harm.',
        tone: counts.alarms > 0 ? 'bad' : 'plain',
      },
      {
        label: 'Found later',
        value: number(counts.found_by_backfill),
        note: counts.found_by_backfill > 0 ? 'delivered late or never' : 'no delivery was missed',
        href: events({ kind: 'backfill' }),
        meaning: 'Events that were not delivered to us, or not yet, and that we found in Stripe’s own list.',
        tone: counts.found_by_backfill > 0 ? 'attention' : 'plain',
      },
    ],
    endpoints: of.endpoints.map((endpoint) => endpointView(endpoint, ourVersion, pace.versions)),
    setAside: [
      ...of.quarantined.map((one) => {
        const word = wordFor('eventReason', one.reason)
        return {
          label: word.label,
          sentence: word.sentence,
          count: one.count,
          at: one.last_at.toISOString(),
          href: events({ outcome: 'quarantined', reason: one.reason }),
        }
      }),
      ...of.unplaced.map((one) => {
        const word = wordFor('eventReason', one.reason)
        return {
          label: word.label,
          sentence: `${word.sentence} Its content is not shown, because it may be another account’s.`,
          count: one.count,
          at: one.last_at.toISOString(),
          href: null,
        }
      }),
    ],
  }
}

/** A period of the page: `day` is the last 24 hours by hour, `fortnight` the last 14 days by day. */
export const spanChoices = {
  day: { label: '24 hours', words: 'the last 24 hours', unit: 'hour' as const, ms: 24 * 3_600_000 },
  fortnight: { label: '14 days', words: 'the last 14 days', unit: 'day' as const, ms: 14 * 24 * 3_600_000 },
}
export type HeardSpanChoice = (typeof spanChoices)[keyof typeof spanChoices]

function verdictOf(of: WebhookHealth, name: { account: string; revoked: boolean }, now: Date): HearingView['verdict'] {
  const { last_at, rhythm, waiting } = of
  const missed = 'What is missed is found in Stripe’s own list and read; nothing is lost meanwhile.'
  if (of.endpoints.length === 0)
    return {
      tone: 'bad',
      title: 'No webhook endpoint is registered',
      text: 'Payments can be made, but we hear of them only when we look. Register the endpoint in Stripe to hear them at once.',
    }
  const since = last_at === null ? null : now.getTime() - last_at.getTime()
  const usual = rhythm.usual_ms === null ? null : rhythm.usual_ms < 120_000 ? 'minute' : durationText(rhythm.usual_ms)
  if (name.revoked) return { tone: 'bad', title: 'Nothing can be heard', text: 'Stripe refuses our access to this account. Connect it again to go on.' }
  if (waiting.oldest_at !== null && now.getTime() - waiting.oldest_at.getTime() > longWaitMs)
    return {
      tone: 'attention',
      title: `${number(waiting.count)} wait to be processed, the oldest for ${durationText(now.getTime() - waiting.oldest_at.getTime())}`,
      text: 'They are stored and safe. Either very many came at once, or the worker does not run: look at the lights on the first screen.',
    }
  switch (of.verdict) {
    case 'never':
      return {
        tone: 'waiting',
        title: 'Nothing heard yet',
        text: `The first delivery comes with the first checkout. If payments were made on ${name.account} already, check the endpoint in Stripe.`,
      }
    case 'silent':
      return {
        tone: 'attention',
        title: `Nothing for ${durationText(since ?? 0)}; usually every ${usual ?? 'now and then'}`,
        text: `No pause was this long before. Check in Stripe that the endpoint is switched on and has no failed deliveries. ${missed}`,
      }
    case 'quiet':
      return {
        tone: 'waiting',
        title: `Nothing for ${durationText(since ?? 0)}${usual === null ? '' : `; usually every ${usual}`}`,
        text: `Longer than most pauses${rhythm.longest_ms === null ? '' : `, though one of ${durationText(rhythm.longest_ms)} was seen before`}. ${missed}`,
      }
    default:
      return {
        tone: 'good',
        title: `Heard ${(since ?? 0) < 45_000 ? 'just now' : `${durationText(since ?? 0)} ago`}, as usual`,
        text: usual === null ? 'Too little was heard yet to know how often it is.' : `Usually something comes every ${usual}.`,
      }
  }
}

function endpointView(endpoint: HearingEndpoint, ourVersion: string, seen: readonly string[]): EndpointView {
  const train = (version: string) => version.split('.')[1] ?? version
  const others = seen.filter((version) => train(version) !== train(ourVersion))
  const [reason, todo] = refusals[endpoint.last_rejection ?? ''] ?? [
    `${(endpoint.last_rejection ?? 'unknown').replaceAll('_', ' ')}.`,
    'Check in Stripe what is sent to this address.',
  ]
  const state: [string, Tone, string] =
    endpoint.state === 'active'
      ? ['Listening', 'good', 'Deliveries are taken.']
      : ['Switched off', 'bad', 'Deliveries are answered with 503, so that Stripe sends them again later.']
  return {
    id: endpoint.id,
    url: endpoint.url,
    own: endpoint.own,
    state: { label: state[0], tone: state[1], sentence: state[2] },
    apiVersion: others.length > 0 ? [...new Set([endpoint.api_version, ...others])].join(', ') : endpoint.api_version,
    ours: train(endpoint.api_version) === train(ourVersion) && others.length === 0,
    formerSecretUntil: endpoint.former_secret_until?.toISOString() ?? null,
    refused:
      endpoint.rejected_count === 0 || endpoint.last_rejected_at === null
        ? null
        : { count: endpoint.rejected_count, at: endpoint.last_rejected_at.toISOString(), reason, todo },
  }
}

function number(of: number): string {
  return of.toLocaleString('en-US')
}
