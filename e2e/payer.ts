import type { FrameLocator, Locator, Page } from '@playwright/test'
import { expect } from './world'

export const cards = {
  pays: '4242424242424242',
  asksForApproval: '4000002760003184',
  hasNoFunds: '4000000000009995',
} as const

/** A customer on our payment pages, typing into the real Payment Element. */
export class Payer {
  constructor(readonly page: Page) {}

  private get element(): FrameLocator {
    return this.page.frameLocator('iframe[title="Secure payment input frame"]')
  }

  /** A field inside the Payment Element. */
  field(label: string): Locator {
    return this.element.getByLabel(label, { exact: true })
  }

  get payButton(): Locator {
    return this.page.getByRole('button', { name: /^Pay(ing…| .*\d)/ })
  }

  /** What went wrong, as the page says it beside the form. */
  get problem(): Locator {
    return this.page.getByRole('form', { name: 'Payment' }).getByRole('alert')
  }

  async open(link: string): Promise<void> {
    await this.page.goto(link)
    await expect(this.payButton).toBeEnabled()
    await expect(this.field('Card number')).toBeVisible()
  }

  async fillCard(number: string): Promise<void> {
    await this.field('Card number').fill(number)
    await this.field('Expiration date').fill('1234')
    await this.field('Security code').fill('123')
    await this.field('Country').selectOption('US')
    await this.field('ZIP code').fill('97209')
  }

  async fillUsBank(account: string): Promise<void> {
    await this.choose('US bank account')
    await this.field('Full name').filter({ visible: true }).fill('Ada Lindqvist')
    await this.field('Routing number').fill('110000000')
    await this.field('Account number').fill(account)
  }

  async fillSepa(iban: string): Promise<void> {
    await this.choose('SEPA Debit')
    await this.field('Full name').filter({ visible: true }).fill('Ada Lindqvist')
    await this.field('IBAN').fill(iban)
  }

  private async choose(method: string): Promise<void> {
    await this.element.locator('label').filter({ hasText: method }).click()
  }

  /** By keyboard: on a busy machine Chromium may give a click right after scrolling to the frame that was there before. */
  async pay(): Promise<void> {
    await this.payButton.press('Enter')
  }

  /** Answers the bank's question. */
  async approve(answer: 'Complete' | 'Fail'): Promise<void> {
    await this.page.frameLocator('iframe[title="3D Secure 2 Test Page"]').getByRole('button', { name: answer, exact: true }).click()
  }

  async payWithCard(link: string, number: string = cards.pays): Promise<void> {
    await this.open(link)
    await this.fillCard(number)
    await this.pay()
  }

  /** Waits until the page says how it stands, by its title. */
  async isTold(title: Title): Promise<void> {
    await expect(this.page.getByRole('heading', { level: 1, name: titles[title] })).toBeVisible()
  }
}

const titles = {
  paid: 'Paid. Thank you.',
  alreadyPaid: 'This order is already paid',
  onItsWay: 'Your payment is on its way',
  failed: 'The payment did not go through',
  expired: 'This link has expired',
  unknown: 'This payment link does not exist',
} as const
type Title = keyof typeof titles
