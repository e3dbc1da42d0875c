import { NextResponse, type NextRequest } from 'next/server'
import { config as product } from '@/lib/config/config'
import { isDevelopment } from '@/lib/config/next'
import { contentSecurityPolicy, documentOf } from '@/lib/edge/core/content-security'
import { secretBytes } from '@/lib/kernel/id'

/**
 * Gives each document a fresh nonce and its content security policy, and does nothing else: nothing is allowed or
 * refused here. Next takes the nonce from the request's header.
 */
export function proxy(request: NextRequest): NextResponse {
  const policy = contentSecurityPolicy({
    document: documentOf(request.nextUrl.pathname),
    nonce: secretBytes(16).toString('base64'),
    standIn: product().sandboxUrl,
    development: isDevelopment(),
  })
  const headers = new Headers(request.headers)
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  return response
}

export const config = { matcher: ['/((?!_next/static|_next/image|api/|healthz$|readyz$).*)'] }
