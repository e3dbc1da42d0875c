/** The meanings a colour may carry. `plain` carries none. */
export type Tone = 'plain' | 'good' | 'waiting' | 'attention' | 'bad'

/** Class of words and figures in a tone. */
export const toneInk: Readonly<Record<Tone, string>> = {
  plain: 'text-soft',
  good: 'text-good-ink',
  waiting: 'text-waiting-ink',
  attention: 'text-attention-ink',
  bad: 'text-bad-ink',
}

/** Class of a dot, line or icon in a tone. */
export const toneMark: Readonly<Record<Tone, string>> = {
  plain: 'text-edge',
  good: 'text-good-mark',
  waiting: 'text-waiting-mark',
  attention: 'text-attention-mark',
  bad: 'text-bad-mark',
}

/** Class of the ground below words in a tone. */
export const toneTint: Readonly<Record<Tone, string>> = {
  plain: 'bg-sunken',
  good: 'bg-good-tint',
  waiting: 'bg-waiting-tint',
  attention: 'bg-attention-tint',
  bad: 'bg-bad-tint',
}
