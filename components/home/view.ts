import type { MoneyView } from '@/components/money/view'
import type { PaymentRow } from '@/components/payments/view'
import type { Tone } from '@/components/ui/tone'

/** A kind of figure: one column of the strip. */
export type FigureName = { key: string; label: string; meaning: string }

/** One figure in one currency. `href` opens the rows that it adds up. */
export type HomeFigure = { amount: MoneyView; note?: string; href?: string }

/** The figures of one currency, by `FigureName.key`. A figure that is not there is shown as none. */
export type CurrencyFigures = { currency: string; figures: Readonly<Record<string, HomeFigure | undefined>> }

/** Something that waits for a person. */
export type AttentionItem = {
  id: string
  tone: Tone
  title: string
  text: string
  amount: MoneyView | null
  /** Since when, ISO. */
  at: string
  /** Until when it can be done, ISO. */
  dueAt?: string
  href: string
}

/** One light: is the flow alive? */
export type HealthLight = { label: string; tone: Tone; text: string; at: string | null; href?: string }

/** All that the first screen shows. */
export type HomeView = {
  names: ReadonlyArray<FigureName>
  currencies: ReadonlyArray<CurrencyFigures>
  attention: ReadonlyArray<AttentionItem>
  /** How many more there are than shown. */
  moreAttention: number
  lights: ReadonlyArray<HealthLight>
  recent: ReadonlyArray<PaymentRow>
  links: { payments: string; attention: string | null; stores: string }
}
