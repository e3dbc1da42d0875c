const sentences: Record<string, string> = {
  sign_in_refused: 'The e-mail address and the password do not belong together. Check both and try again.',
  sign_in_throttled: 'Too many sign-ins have failed. Wait at least 15 minutes, then try again.',
  no_cookies: 'Your browser keeps no cookie for this site, so nobody can sign in. Allow cookies and open this page again.',
}

/** The sentence for a code in the sign-in page's address; null for none. An unknown code says no more than that it failed. */
export function signInSentence(code: unknown): string | null {
  if (code === undefined) return null
  return (typeof code === 'string' ? sentences[code] : undefined) ?? 'Signing in did not work. Try again; if it stays, ask whoever runs this installation.'
}
