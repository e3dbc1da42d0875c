import { NextRequest } from 'next/server'
import NextAuth, { type AuthOptions } from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
import { config } from '@/lib/config/config'
import { tellNextAuth } from '@/lib/config/next'
import { readBytes } from '@/lib/edge/body'
import { callerAddress } from '@/lib/edge/core/caller-address'
import { safeCallback } from '@/lib/edge/core/callback'
import { handle } from '@/lib/edge/handle'
import { refuseForeignOrigin } from '@/lib/edge/refuse-foreign-origin'
import { cookieName, isSecure, sessionCookieIn, sessionIdIn, sessionSecret } from '@/lib/edge/session-cookie'
import { codeOf, Fault } from '@/lib/kernel/fault'
import { log } from '@/lib/log/log'
import { absoluteMs } from '@/lib/tenancy/core/session-life'
import { signIn } from '@/lib/tenancy/sign-in'
import { signOut } from '@/lib/tenancy/sign-out'

/**
 * next-auth carries the cookie and the CSRF token, nothing else: the JWT holds the session id, the session row says
 * whether it counts. The id that `authorize` returns is that of the session, not of the person.
 */
function options(): AuthOptions {
  const cookie = (name: 'session' | 'csrf' | 'callback', more: { maxAge?: number } = {}) => ({
    name: cookieName(name),
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure(), ...more },
  })
  return {
    secret: sessionSecret(),
    session: { strategy: 'jwt', maxAge: absoluteMs / 1000 },
    pages: { signIn: '/sign-in', signOut: '/sign-in', error: '/sign-in' },
    // The CSRF cookie outlives every session: without it a person could not sign out.
    cookies: { sessionToken: cookie('session'), csrfToken: cookie('csrf', { maxAge: 365 * 24 * 60 * 60 }), callbackUrl: cookie('callback') },
    providers: [
      CredentialsProvider({
        name: 'password',
        credentials: { email: {}, password: {} },
        authorize: async (given, request) => {
          const headers = new Headers(request.headers as Record<string, string>)
          try {
            const { session_id } = await signIn(given?.email ?? '', given?.password ?? '', {
              address: callerAddress(headers),
              user_agent: headers.get('user-agent'),
              replaces: await sessionIdIn(sessionCookieIn(headers.get('cookie'))),
            })
            return { id: session_id }
          } catch (error) {
            // Only the code reaches the browser: next-auth puts this message into the address.
            const code = codeOf(error)
            throw new Error(code === 'sign_in_refused' || code === 'sign_in_throttled' ? code : 'sign_in_failed', { cause: error })
          }
        },
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => ({ sid: user ? user.id : token.sid }),
      session: ({ session }) => ({ expires: session.expires }),
      redirect: ({ url }) => {
        const { origin } = config()
        return `${origin}${safeCallback(url.startsWith(origin) ? url.slice(origin.length) : url, origin) ?? '/'}`
      },
    },
    events: { signOut: async ({ token }) => (typeof token?.sid === 'string' ? signOut(token.sid) : undefined) },
    logger: {
      error: (code, metadata) => log().error({ code, error: metadata }, 'next-auth failed'),
      warn: (code) => log().debug({ code }, 'next-auth warns'),
      debug: () => undefined,
    },
  }
}

async function answer(request: Request, params: Record<string, string>): Promise<Response> {
  tellNextAuth()
  refuseForeignOrigin(request)
  const nextauth = (params.nextauth ?? '').split('/')
  return (await NextAuth(await bounded(request), { params: { nextauth } } as never, options())) as Response
}

/** next-auth reads whatever is sent; a form is all it needs. */
async function bounded(request: Request): Promise<NextRequest> {
  if (request.method !== 'POST') return new NextRequest(request.url, { headers: request.headers })
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers.get('content-type') ?? ''))
    throw new Fault('not_a_form', 415, 'The body must be a form.')
  return new NextRequest(request.url, { method: 'POST', headers: request.headers, body: Uint8Array.from(await readBytes(request, { limit: 10_000 })) })
}

export const GET = handle('GET /api/auth/[...nextauth]', ({ request, params }) => answer(request, params))
export const POST = handle('POST /api/auth/[...nextauth]', ({ request, params }) => answer(request, params))
