type Handler = (payload: unknown) => unknown

/** on/once/off as Stripe's elements have them. */
export type Emitter = {
  on: (event: string, handler: Handler) => void
  once: (event: string, handler: Handler) => void
  off: (event: string, handler?: Handler) => void
  emit: (event: string, payload: unknown) => void
}

/** An emitter with no listeners. A handler that throws does not keep the others from hearing. */
export function emitter(): Emitter {
  const handlers = new Map<string, { handler: Handler; once: boolean }[]>()
  const add = (event: string, handler: Handler, once: boolean) => {
    handlers.set(event, [...(handlers.get(event) ?? []), { handler, once }])
  }
  return {
    on: (event, handler) => add(event, handler, false),
    once: (event, handler) => add(event, handler, true),
    off: (event, handler) => {
      const rest = handler ? (handlers.get(event) ?? []).filter((entry) => entry.handler !== handler) : []
      handlers.set(event, rest)
    },
    emit: (event, payload) => {
      const current = handlers.get(event) ?? []
      handlers.set(
        event,
        current.filter((entry) => !entry.once),
      )
      for (const { handler } of current) {
        try {
          handler(payload)
        } catch (error) {
          reportError(error)
        }
      }
    },
  }
}
