/** Where a replay that was just asked for is seen; null when the answer names none. */
export function replayHref(base: string, answer: unknown): string | null {
  const replay = typeof answer === 'object' && answer !== null && 'replay' in answer ? (answer.replay as { id?: unknown } | null) : null
  if (typeof replay?.id !== 'string') return null
  const [path = '', query] = base.split('?')
  return `${path}/${encodeURIComponent(replay.id)}${query === undefined ? '' : `?${query}`}`
}
