import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

export interface Posted {
  /** HTTP status, or null when nothing came back. */
  status: number | null
  error: string | null
  duration_ms: number
  /** The first characters of the answer, for a person reading the list. */
  answer: string
}

export const TIMEOUT_MS = 10_000
const KEPT_CHARACTERS = 300

/** Keeps connections open between deliveries. */
const agents = { http: new HttpAgent({ keepAlive: true, maxFreeSockets: 64 }), https: new HttpsAgent({ keepAlive: true, maxFreeSockets: 64 }) }

function open(url: string, headers: Record<string, string>, length: number, shared: boolean): ClientRequest {
  const target = new URL(url)
  const secure = target.protocol === 'https:'
  const agent = shared ? (secure ? agents.https : agents.http) : false
  return (secure ? httpsRequest : httpRequest)(target, { method: 'POST', agent, headers: { ...headers, 'content-length': length } })
}

function answerOf(sent: ClientRequest, started: number): Promise<Posted> {
  return new Promise((resolve) => {
    let answer = ''
    const end = (status: number | null, error: string | null) => {
      clearTimeout(timer)
      resolve({ status, error, duration_ms: Math.round((performance.now() - started) * 10) / 10, answer })
    }
    const timer = setTimeout(() => sent.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS)
    timer.unref()
    sent.on('error', (error: NodeJS.ErrnoException) => end(null, error.code ?? error.message))
    sent.on('response', (reply: IncomingMessage) => {
      reply.setEncoding('utf8')
      reply.on('data', (part: string) => {
        if (answer.length < KEPT_CHARACTERS) answer = (answer + part).slice(0, KEPT_CHARACTERS)
      })
      reply.on('end', () => end(reply.statusCode ?? null, null))
      reply.on('error', (error: Error) => end(null, error.message))
    })
  })
}

/** One POST on a kept connection. Redirects are not followed. Never rejects. */
export async function post(url: string, headers: Record<string, string>, body: string): Promise<Posted> {
  const started = performance.now()
  const bytes = Buffer.from(body)
  for (let again = false; ; again = true) {
    try {
      const sent = open(url, headers, bytes.length, !again)
      sent.end(bytes)
      const posted = await answerOf(sent, started)
      // A kept connection that the receiver closed meanwhile says nothing about the receiver: try once on a fresh one.
      if (posted.status === null && sent.reusedSocket && !again && (posted.error === 'ECONNRESET' || posted.error === 'EPIPE')) continue
      return posted
    } catch (error) {
      return { status: null, error: error instanceof Error ? error.message : String(error), duration_ms: 0, answer: '' }
    }
  }
}

/**
 * The same POST several times at the same moment: each on a connection of its own, all but the last
 * byte sent first, then every last byte in one go. Never rejects.
 */
export async function postTogether(url: string, headers: Record<string, string>, body: string, copies: number): Promise<Posted[]> {
  const started = performance.now()
  const bytes = Buffer.from(body)
  const sent = Array.from({ length: copies }, () => open(url, headers, bytes.length, false))
  const answers = sent.map((request) => answerOf(request, started))
  const written = sent.map(
    (request) =>
      new Promise<void>((resolve) => {
        request.on('error', () => resolve())
        request.write(bytes.subarray(0, -1), () => resolve())
      }),
  )
  await Promise.all(written)
  for (const request of sent) if (!request.destroyed) request.end(bytes.subarray(-1))
  return Promise.all(answers)
}
