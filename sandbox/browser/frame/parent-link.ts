import { openEnvelope, type Envelope } from '../shared/messages'

/** A frame's conversation with the page that holds it. */
export type ParentLink<Out> = { send: (message: Out) => void }

/**
 * Speaks with the holding page. Its origin is told in the URL; messages from any other window or origin are not
 * heard, and answers go to that origin only.
 */
export function parentLink<Out, In>(hear: (message: In) => void): ParentLink<Out> {
  const query = new URLSearchParams(window.location.search)
  const origin = query.get('parent') ?? ''
  const channel = query.get('channel') ?? ''
  window.addEventListener('message', (event) => {
    if (event.source !== window.parent || event.origin !== origin) return
    const message = openEnvelope<In>(event.data, channel)
    if (message !== null) hear(message)
  })
  return {
    send: (message) => {
      if (origin === '' || window.parent === window) return
      const envelope: Envelope<Out> = { sandboxChannel: channel, message }
      window.parent.postMessage(envelope, origin)
    },
  }
}
