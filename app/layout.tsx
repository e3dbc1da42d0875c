import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import '@fontsource-variable/inter/index.css'
import '@fontsource-variable/jetbrains-mono/index.css'
import './globals.css'
import { themeFrom, THEME_COOKIE } from '@/components/ui/theme'

export const metadata: Metadata = {
  title: { default: 'Matchbook', template: '%s · Matchbook' },
  description: 'Money moved, and the system can explain it.',
  robots: { index: false, follow: false },
  formatDetection: { telephone: false, date: false, email: false, address: false },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f8f6f3' },
    { media: '(prefers-color-scheme: dark)', color: '#141311' },
  ],
}

/**
 * The shell of every page. The theme comes from a cookie (or the system's own setting when there is none), so the
 * first paint already has it and no inline script is needed. Rendered per request: pages carry a nonce and a tenant.
 */
export default async function RootLayout({ children }: { children: ReactNode }) {
  await connection()
  const theme = themeFrom((await cookies()).get(THEME_COOKIE)?.value)
  return (
    <html lang="en" data-theme={theme === 'system' ? undefined : theme}>
      <body>{children}</body>
    </html>
  )
}
