import { describe, expect, it } from 'vitest'
import { ability, can, type Connector } from '../contract'
import { woocommerce } from '../connectors/woocommerce/connector'
import { cleanText } from './clean-text'
import { failuresBeforePause, pauseSeconds } from './rhythm'
import { parseWebhookAddress, webhookAddress } from './webhook-address'

describe('small rules of stores', () => {
  it('pauses after five failures, longer each time, never longer than 15 minutes', () => {
    expect(pauseSeconds(failuresBeforePause - 1, 1)).toBe(0)
    expect([5, 6, 7, 10, 500].map((failures) => pauseSeconds(failures, 1))).toEqual([30, 60, 120, 900, 900])
    expect(pauseSeconds(5, 0)).toBe(23)
  })

  it('keeps text as it is but for what cannot be stored', () => {
    expect(cleanText('a\u0000b\ud800c😀', 10)).toBe('a\ufffdb\ufffdc😀')
    expect(cleanText('😀😀😀', 4)).toBe('😀…')
    expect(cleanText('<b>&"\n', 10)).toBe('<b>&"\n')
  })

  it('names tenant and store in a webhook address, and nothing else parses', () => {
    const key = { tenant_id: '01900000-0000-7000-8000-00000000000a', store_id: '01900000-0000-7000-8000-00000000000b' }
    expect(parseWebhookAddress(webhookAddress(key))).toEqual(key)
    for (const text of ['', '.', 'tn_1.sto_2', `${webhookAddress(key)}.x`, webhookAddress(key).toUpperCase(), webhookAddress(key).replace('sto_', 'ord_')])
      expect(parseWebhookAddress(text)).toBeNull()
  })

  it('says in a sentence what a kind of store cannot do', () => {
    const limited: Connector = { ...woocommerce, name: 'Corner shop', addNote: { unsupported: 'A corner shop has no notes.' } }
    expect([can(limited, 'addNote'), can(limited, 'markPaid')]).toEqual([false, true])
    expect(() => ability(limited, 'addNote')).toThrow(expect.objectContaining({ code: 'store_cannot', message: 'A corner shop has no notes.' }))
  })
})
