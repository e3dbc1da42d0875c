'use client'

import { THEME_COOKIE, type Theme } from './theme'

const ONE_YEAR = 31_536_000

/** Keeps a look-and-feel choice in a cookie of this browser, so that the next page is rendered with it at once. */
export function keepPreference(cookie: string, value: string | null): void {
  const secure = window.location.protocol === 'https:' ? '; Secure' : ''
  document.cookie =
    value === null
      ? `${cookie}=; Path=/; Max-Age=0; SameSite=Lax${secure}`
      : `${cookie}=${encodeURIComponent(value)}; Path=/; Max-Age=${ONE_YEAR}; SameSite=Lax${secure}`
}

/** Applies a theme now and keeps it for the next page. */
export function chooseTheme(theme: Theme): void {
  if (theme === 'system') {
    delete document.documentElement.dataset.theme
    keepPreference(THEME_COOKIE, null)
    return
  }
  document.documentElement.dataset.theme = theme
  keepPreference(THEME_COOKIE, theme)
}
