/** An amount as it travels to a screen: minor units as a decimal string (a bigint is no JSON), lower-case ISO currency. */
export type MoneyView = { minor: string; currency: string }

/** A fee is pending, known or not applicable; never 0 for "don't know". */
export type FeeView = { state: 'pending' } | { state: 'known'; amount: MoneyView } | { state: 'not_applicable' }
