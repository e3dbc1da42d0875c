import type { FromChallengeFrame, ToChallengeFrame } from '../shared/messages'
import { PATHS } from '../shared/paths'
import { frameLink } from './frame-link'

type Challenge = ToChallengeFrame['challenge']

/** Makes everything else on the page unreachable for keyboard and readers; answers with the way back. */
function isolate(overlay: HTMLElement): () => void {
  const others = [...document.body.children].filter((child): child is HTMLElement => child instanceof HTMLElement && child !== overlay && !child.inert)
  for (const child of others) child.inert = true
  const { overflow } = document.body.style
  document.body.style.overflow = 'hidden'
  return () => {
    for (const child of others) child.inert = false
    document.body.style.overflow = overflow
  }
}

/**
 * Shows the bank's 3-D Secure page over the merchant's page and answers with what the buyer chose.
 * Escape and the dialog's own Cancel count as a failed authentication, as closing Stripe's modal does.
 */
export function challengeBuyer(origin: string, challenge: Challenge): Promise<'succeed' | 'fail'> {
  return new Promise((resolve) => {
    const before = document.activeElement instanceof HTMLElement ? document.activeElement : null
    const overlay = document.createElement('div')
    overlay.setAttribute('role', 'dialog')
    overlay.setAttribute('aria-modal', 'true')
    overlay.setAttribute('aria-label', '3D Secure 2 authentication')
    Object.assign(overlay.style, {
      position: 'fixed',
      inset: '0',
      zIndex: '2147483647',
      background: 'rgba(16, 18, 24, 0.55)',
    })

    let restore = () => {}
    const finish = (outcome: 'succeed' | 'fail') => {
      window.removeEventListener('keydown', onKey, true)
      link.close()
      overlay.remove()
      restore()
      before?.focus()
      resolve(outcome)
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      event.preventDefault()
      event.stopPropagation()
      finish('fail')
    }

    const link = frameLink<ToChallengeFrame, FromChallengeFrame>(origin, PATHS.challengeFrame, {}, '3D Secure 2 Test Page', (message) => {
      if (message.type === 'outcome') return finish(message.outcome)
      link.send({ type: 'init', challenge })
      link.iframe.focus()
    })
    Object.assign(link.iframe.style, {
      border: '0',
      position: 'absolute',
      inset: '0',
      width: '100%',
      height: '100%',
      colorScheme: 'light',
    })
    overlay.appendChild(link.iframe)
    document.body.appendChild(overlay)
    restore = isolate(overlay)
    window.addEventListener('keydown', onKey, true)
  })
}
