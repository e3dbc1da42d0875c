import { describe, expect, it } from 'vitest'
import { lineColumns } from './columns'
import { csvLines } from './csv-lines'
import { dayIn, exportFileName } from './file-name'

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')

describe('the ends of lines', () => {
  const given = 'a,b\n"x\ny","say ""hi""\n"\nlast,ü\n'
  const wanted = 'a,b\r\n"x\ny","say ""hi""\n"\r\nlast,ü\r\n'

  it.each([1, 2, 3, 7, 1000])('become CR LF outside of quotes, in pieces of %i bytes', (size) => {
    const csv = csvLines()
    const bytes = Buffer.from(given)
    const parts: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += size) parts.push(csv.push(bytes.subarray(at, at + size)))
    expect(text(Buffer.concat(parts))).toBe(wanted)
    expect(csv.records()).toBe(3)
  })
})

describe('the columns', () => {
  it('are the contract, in order, with nothing twice; later ones stand at the end', () => {
    const contract =
      `tenant, store, platform, external_order_id, order_display_number, checkout_attempt_id, payment_intent_id, charge_id, balance_transaction_id, reporting_category, created_utc, created_local, timezone,
      presentment_amount, presentment_currency, gross, fee, fee_status, net, settlement_currency, exchange_rate, payout_id, payout_status, payout_arrival_date, trace_id, bank_match_status, match_state, match_rule,
      exception_code, export_batch_id`.split(/,\s*/)
    const names = lineColumns.map(({ name }) => name)
    expect(names.slice(0, contract.length)).toEqual(contract)
    expect(new Set(names).size).toBe(names.length)
  })

  it('say in words what each holds', () => {
    for (const { meaning } of lineColumns) expect(meaning).toMatch(/^\S.+[^.]$/)
  })
})

describe('the name of a file', () => {
  it('names whose, mode, days and zone, in letters that every system keeps', () => {
    const of = { tenant: 'nordlicht', kind: 'payments', mode: 'live', from: '2026-11-01', to: null, today: '2026-11-21', zone: 'Europe/Berlin' }
    expect(exportFileName(of)).toBe('nordlicht_payments_live_2026-11-01_to_2026-11-21_Europe-Berlin.csv')
    expect(exportFileName({ ...of, tenant: '../"x', from: null })).toBe('x_payments_live_until_2026-11-21_Europe-Berlin.csv')
  })

  it('takes the day of the zone, not of UTC', () => {
    expect(dayIn('Pacific/Auckland', new Date('2026-11-21T12:00:00Z'))).toBe('2026-11-22')
  })
})
