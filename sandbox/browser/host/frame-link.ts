import { openEnvelope, type Envelope } from '../shared/messages'

/** A conversation with one iframe of the sandbox's origin. */
export type FrameLink<Out> = {
  iframe: HTMLIFrameElement
  send: (message: Out) => void
  /** Stops listening and takes the iframe out of the page. */
  close: () => void
}

let frames = 0

/**
 * Makes an iframe of the sandbox's origin and speaks with it. Only messages from that very window and that very
 * origin are heard, and messages are sent to that origin only, so neither the page nor another frame can join in.
 */
export function frameLink<Out, In>(origin: string, path: string, query: Record<string, string>, title: string, hear: (message: In) => void): FrameLink<Out> {
  frames += 1
  const channel = `frame-${frames}`
  const iframe = document.createElement('iframe')
  const params = new URLSearchParams({ ...query, channel, parent: window.location.origin })
  iframe.src = `${origin}${path}?${params}`
  iframe.name = `__privateStripeFrame${frames}`
  iframe.title = title
  iframe.setAttribute('allow', 'payment *')
  iframe.setAttribute('allowtransparency', 'true')
  const listen = (event: MessageEvent) => {
    if (event.origin !== origin || event.source !== iframe.contentWindow || event.source === null) return
    const message = openEnvelope<In>(event.data, channel)
    if (message !== null) hear(message)
  }
  window.addEventListener('message', listen)
  return {
    iframe,
    send: (message) => {
      const envelope: Envelope<Out> = { sandboxChannel: channel, message }
      iframe.contentWindow?.postMessage(envelope, origin)
    },
    close: () => {
      window.removeEventListener('message', listen)
      iframe.remove()
    },
  }
}
