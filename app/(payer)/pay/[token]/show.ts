import { cache } from 'react'
import type { PayMoney, PayOrderView, PaySessionView } from '@/components/pay/view'
import { readPayPage, type PayPage } from '@/lib/checkout/pay-page'
import { config } from '@/lib/config/config'
import { codeOf } from '@/lib/kernel/fault'

/** The page of a link, read once per request; null when the link opens nothing. */
export const payPage = cache(async (token: string): Promise<PayPage | null> => {
  try {
    return await readPayPage(decodeURIComponent(token))
  } catch (error) {
    if (codeOf(error) === 'pay_link_unknown' || error instanceof URIError) return null
    throw error
  }
})

/** Also for a link that opens nothing: an installation without real money says so everywhere. */
export function moneyOf(page: PayPage | null): PayMoney {
  const { mode } = config()
  return mode === 'live' ? (page?.mode ?? 'live') : mode
}

export function orderOf(page: PayPage): PayOrderView {
  const money = (minor: string) => ({ minor, currency: page.currency })
  return {
    store: page.store_name,
    store_url: page.store_url,
    number: page.order_number,
    total: money(page.amount),
    lines: page.lines?.map((line) => ({ ...line, total: money(line.total) })) ?? null,
  }
}

export function sessionOf(page: PayPage): PaySessionView | null {
  return page.session && { ...page.session, script_url: page.script_url }
}
