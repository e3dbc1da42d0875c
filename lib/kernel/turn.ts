/**
 * Calls back at the end of this turn of the event loop: after everything that has arrived by now was begun, before
 * anything else is waited for. No time passes, so it is no timer.
 */
export function atEndOfTurn(call: () => void): void {
  setImmediate(call)
}
