import type { ConfirmOrder, ElementState, FrameConfig, FrameReply, FromPaymentFrame, ToPaymentFrame } from '../shared/messages'
import { PATHS } from '../shared/paths'
import { emitter, type Emitter } from './emitter'
import { integrationError } from './errors'
import { frameLink, type FrameLink } from './frame-link'

/** The parts of a Payment Element the SDK uses itself; the page gets `handle`. */
export type PaymentElement = {
  handle: Record<string, unknown>
  events: Emitter
  mounted: () => boolean
  destroyed: () => boolean
  state: () => ElementState | null
  /** Redraws with new facts of the session or a new appearance; the first call lets the frame draw itself. */
  configure: (config: FrameConfig) => void
  failed: (message: string) => void
  validate: () => Promise<FrameReply>
  confirm: (order: ConfirmOrder) => Promise<FrameReply>
}

const LOAD_TIMEOUT_MS = 15_000

/** The element's own frame takes 4 px more on each side, so that focus rings are not cut off. */
function styleFrame(iframe: HTMLIFrameElement, dark: boolean): void {
  Object.assign(iframe.style, {
    border: '0',
    display: 'block',
    width: 'calc(100% + 8px)',
    margin: '-4px',
    height: '236px',
    overflow: 'hidden',
    userSelect: 'none',
    // Equal to the frame document's own scheme, else browsers paint an opaque canvas behind it.
    colorScheme: dark ? 'dark' : 'light',
  })
  iframe.setAttribute('scrolling', 'no')
}

/**
 * A Payment Element: an iframe of the sandbox's origin in which the buyer types. The page gets events and never the
 * details; they leave the frame for the sandbox's API only.
 */
export function paymentElement(
  origin: string,
  theme: () => string,
  onState: () => void,
  onDestroy: () => void,
  onOptions: (options: Record<string, unknown>) => void,
): PaymentElement {
  const events = emitter()
  const waiting = new Map<number, (reply: FrameReply) => void>()
  // Calls made before the frame has drawn itself; it hears them right after `init`.
  const queued: ToPaymentFrame[] = []
  let link: FrameLink<ToPaymentFrame> | null = null
  let config: FrameConfig | null = null
  let state: ElementState | null = null
  let greeted = false
  let drawn = false
  let destroyed = false
  let calls = 0
  let loadTimer: ReturnType<typeof setTimeout> | undefined
  const tell = (event: string, more: object = {}) => events.emit(event, { elementType: 'payment', ...more })

  const failed = (message: string) => tell('loaderror', { error: { type: 'api_error', message } })

  const draw = () => {
    if (!link || !greeted || !config) return
    link.iframe.style.colorScheme = config.appearance.theme === 'night' ? 'dark' : 'light'
    link.send({ type: drawn ? 'update' : 'init', config })
    drawn = true
    for (const message of queued.splice(0)) link.send(message)
  }

  const hear = (message: FromPaymentFrame) => {
    switch (message.type) {
      case 'hello':
        greeted = true
        clearTimeout(loadTimer)
        draw()
        break
      case 'ready':
        tell('availablepaymentmethodschange', {
          paymentMethods: Object.fromEntries((config?.methods ?? []).map((method) => [method, { available: true }])),
        })
        tell('ready')
        break
      case 'resize':
        if (link) link.iframe.style.height = `${message.height}px`
        break
      case 'change':
        state = message.state
        tell('change', {
          empty: state.empty,
          complete: state.complete,
          collapsed: state.collapsed,
          value: { type: state.method },
        })
        onState()
        break
      case 'carddetails':
        tell('carddetailschange', { loading: false, details: { brands: [message.brand], funding: null } })
        break
      case 'focus':
      case 'blur':
      case 'escape':
        tell(message.type)
        break
      case 'reply':
        waiting.get(message.call)?.(message.reply)
        waiting.delete(message.call)
        break
    }
  }

  const close = () => {
    clearTimeout(loadTimer)
    link?.close()
    link = null
    greeted = false
    drawn = false
    state = null
    queued.length = 0
    for (const settle of waiting.values()) settle({ kind: 'unreachable' })
    waiting.clear()
  }

  const mount = (target: string | HTMLElement) => {
    if (destroyed) throw integrationError('This Element has already been destroyed. Please create a new one.')
    const parent = typeof target === 'string' ? document.querySelector<HTMLElement>(target) : target
    if (!parent) {
      throw integrationError(`The selector you specified (${String(target)}) applies to no DOM elements that are currently on the page.`)
    }
    if (link?.iframe.parentElement?.parentElement === parent) return
    close()
    const look = theme()
    const box = document.createElement('div')
    box.className = '__PrivateStripeElement'
    Object.assign(box.style, { margin: '0', padding: '0', border: 'none', display: 'block', position: 'relative' })
    link = frameLink<ToPaymentFrame, FromPaymentFrame>(origin, PATHS.paymentFrame, { theme: look }, 'Secure payment input frame', hear)
    styleFrame(link.iframe, look === 'night')
    box.appendChild(link.iframe)
    parent.replaceChildren(box)
    loadTimer = setTimeout(() => failed('The Payment Element could not be loaded.'), LOAD_TIMEOUT_MS)
    queueMicrotask(() => tell('loaderstart'))
  }

  const unmount = () => {
    const box = link?.iframe.parentElement
    close()
    box?.remove()
    onState()
  }

  const ask = (message: (call: number) => ToPaymentFrame) =>
    new Promise<FrameReply>((resolve) => {
      if (!link) return resolve({ kind: 'unreachable' })
      calls += 1
      waiting.set(calls, resolve)
      if (drawn) link.send(message(calls))
      else queued.push(message(calls))
    })

  const send = (type: 'focus' | 'blur' | 'clear' | 'collapse') => {
    if (drawn) link?.send({ type })
  }

  const handle: Record<string, unknown> = {
    mount,
    unmount,
    destroy: () => {
      if (destroyed) throw integrationError('This Element has already been destroyed.')
      unmount()
      destroyed = true
      onDestroy()
    },
    focus: () => {
      link?.iframe.focus()
      send('focus')
    },
    blur: () => send('blur'),
    clear: () => send('clear'),
    collapse: () => {
      send('collapse')
      return handle
    },
    update: (options: Record<string, unknown>) => {
      onOptions(options ?? {})
      return handle
    },
  }
  for (const verb of ['on', 'once', 'off'] as const) {
    handle[verb] = (event: string, handler: (payload: unknown) => unknown) => {
      events[verb](event, handler)
      return handle
    }
  }

  return {
    handle,
    events,
    mounted: () => link !== null,
    destroyed: () => destroyed,
    state: () => state,
    configure: (next) => {
      config = next
      draw()
    },
    failed,
    validate: () => ask((call) => ({ type: 'validate', call })),
    confirm: (order) => ask((call) => ({ type: 'confirm', call, order })),
  }
}
