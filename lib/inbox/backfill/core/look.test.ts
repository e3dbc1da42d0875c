import { expect, it } from 'vitest'
import { askedPosition, isCompared, nextLook, positionAt } from './look'

const at = (text: string) => new Date(`2026-11-${text}Z`)
const connection = { created_at: at('10T12:00:00') }

it('the first look goes back to a day before the connection, and never further than Stripe keeps events', () => {
  expect(nextLook(null, connection, at('20T12:00:00'))).toEqual({ from: at('09T12:00:00'), undelivered_only: false })
  expect(nextLook(null, { created_at: new Date('2025-01-01T00:00:00Z') }, at('30T12:00:00')).from).toEqual(new Date('2026-10-31T12:00:00Z'))
})

it('the next begins ten minutes before the last one ended: an event may be listed late', () => {
  expect(nextLook(positionAt(at('20T12:00:00')), connection, at('20T13:00:00'))).toEqual({ from: at('20T11:50:00'), undelivered_only: false })
  expect(nextLook(positionAt(new Date('2026-01-01T00:00:00Z')), connection, at('30T12:00:00')).from).toEqual(new Date('2026-10-31T12:00:00Z'))
})

it('a busy connection is compared whole once a day, and in between for what Stripe could not deliver', () => {
  const busy = positionAt(at('20T12:00:00'), true)
  expect(nextLook(busy, connection, at('20T13:00:00'))).toEqual({ from: at('20T11:50:00'), undelivered_only: true })
  expect(nextLook(busy, connection, at('21T12:00:00'))).toEqual({ from: at('20T11:50:00'), undelivered_only: false })
})

it('one that is asked for never begins later than the next would have, and is whole', () => {
  const since = at('15T12:00:00')
  expect(askedPosition(positionAt(at('20T12:00:00'), true), connection, since)).toBe(positionAt(since))
  expect(askedPosition(positionAt(at('12T12:00:00'), true), connection, since)).toBe(positionAt(at('12T12:00:00')))
  expect(askedPosition(null, connection, since), 'the first one was not through yet').toBeNull()
  expect(askedPosition(null, connection, at('02T12:00:00'))).toBe(positionAt(at('02T12:00:00')))
  const busy = positionAt(at('20T12:00:00'), true)
  expect([askedPosition(busy, connection, null), askedPosition(null, connection, null)]).toEqual([busy, null])
})

it('one that is asked for is over when a look has ended that began after it', () => {
  const asked = at('20T12:00:00')
  const view = { due_at: at('20T13:00:00'), is_under_way: false, last_run_at: at('20T12:00:05'), last_error: null }
  expect(isCompared(view, asked)).toBe(true)
  expect(isCompared({ ...view, last_run_at: null, last_error: 'Stripe failed' }, asked), 'it may have failed').toBe(true)
  expect(isCompared({ ...view, due_at: asked }, asked), 'what ended began before').toBe(false)
  expect(isCompared({ ...view, is_under_way: true }, asked)).toBe(false)
  expect(isCompared({ ...view, last_run_at: null }, asked), 'none was there').toBe(false)
})
