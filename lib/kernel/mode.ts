export const modes = ['live', 'test'] as const
export type Mode = (typeof modes)[number]

export function isMode(text: unknown): text is Mode {
  return text === 'live' || text === 'test'
}
