import { expect, it } from 'vitest'
import { nextLook, positionAt } from './look'

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
