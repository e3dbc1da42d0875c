import type { FromChallengeFrame, ToChallengeFrame } from '../shared/messages'
import { parentLink } from './parent-link'

const text = (id: string, value: string) => {
  const element = document.getElementById(id)
  if (element) element.textContent = value
}
const buttons = [...document.querySelectorAll('button')]

let answered = false
function answer(outcome: 'succeed' | 'fail'): void {
  if (answered) return
  answered = true
  for (const button of buttons) button.disabled = true
  link.send({ type: 'outcome', outcome })
}

const link = parentLink<FromChallengeFrame, ToChallengeFrame>(({ challenge }) => {
  text('merchant', challenge.merchant)
  text('amount', challenge.amount)
  document.getElementById('card')?.removeAttribute('hidden')
  document.getElementById('complete')?.focus()
})

document.getElementById('complete')?.addEventListener('click', () => answer('succeed'))
document.getElementById('fail')?.addEventListener('click', () => answer('fail'))
document.getElementById('cancel')?.addEventListener('click', () => answer('fail'))
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') return answer('fail')
  if (event.key !== 'Tab') return
  // Focus stays inside: past the last button comes the first, and the other way round.
  const edge = event.shiftKey ? buttons[0] : buttons.at(-1)
  if (document.activeElement !== edge) return
  event.preventDefault()
  ;(event.shiftKey ? buttons.at(-1) : buttons[0])?.focus()
})
link.send({ type: 'hello' })
