import type { Browser, Locator, Page } from '@playwright/test'
import type { DemoTenant } from './demo'
import { expect } from './world'

const password = 'matchbook-demo'

/** A member of a tenant at the dashboard. */
export class Merchant {
  constructor(readonly page: Page) {}

  /** Signs in, in a window of its own. */
  static async signIn(browser: Browser, email: string): Promise<Merchant> {
    const context = await browser.newContext()
    const merchant = new Merchant(await context.newPage())
    await merchant.signInHere(email)
    return merchant
  }

  async signInHere(email: string): Promise<void> {
    await this.page.goto('/sign-in')
    await this.page.getByLabel('E-mail').fill(email)
    await this.page.getByLabel('Password').fill(password)
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(this.page.getByRole('navigation', { name: 'Places' })).toBeVisible()
  }

  async openPayments(tenant: DemoTenant, query = ''): Promise<void> {
    await this.page.goto(`/${tenant.slug}/payments${query}`)
    await expect(this.page.getByRole('heading', { level: 1, name: 'Payments' })).toBeVisible()
  }

  /** The row of an order's payment, or of an order. */
  row(orderNumber: string): Locator {
    return this.page.locator('[data-row]').filter({ has: this.page.getByRole('link', { name: orderNumber, exact: true }) })
  }

  /** Follows the row to the thing itself. */
  async openRow(orderNumber: string): Promise<void> {
    await this.row(orderNumber).getByRole('link', { name: orderNumber, exact: true }).click()
    await expect(this.page.getByRole('heading', { level: 1, name: /^(Payment of|Order) / })).toBeVisible()
  }

  /** A titled part of a page. */
  part(title: string): Locator {
    return this.page.getByRole('region', { name: title, exact: true })
  }

  /** Starts watching for a word in the row of an order; resolves with the moment at which it is there. */
  watchFor(orderNumber: string, word: string, timeout: number): Promise<number> {
    return this.page
      .waitForFunction(
        ([number, wanted]) => {
          const row = [...document.querySelectorAll('[data-row]')].find((one) => [...one.querySelectorAll('a')].some((link) => link.textContent === number))
          return row !== undefined && (row.textContent ?? '').includes(wanted) ? Date.now() : false
        },
        [orderNumber, word] as const,
        { polling: 20, timeout },
      )
      .then((found) => found.jsonValue() as Promise<number>)
  }

  async leave(): Promise<void> {
    await this.page.context().close()
  }
}

/** The amount as screens write it, whatever stands between figure and code. */
export function amount(decimal: string, currency: string): RegExp {
  const [whole = '', rest] = decimal.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '.?')
  return new RegExp(`${grouped}${rest === undefined ? '' : `\\.${rest}`}\\s*${currency.toUpperCase()}`)
}
