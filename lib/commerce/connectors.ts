import { Fault } from '@/lib/kernel/fault'
import { woocommerce } from './connectors/woocommerce/connector'
import type { Connector } from './contract'

/** Every kind of store we can talk to. */
export const connectors: readonly Connector[] = [woocommerce]

/** @throws Fault `platform_unknown`. */
export function connectorFor(platform: string): Connector {
  const found = connectors.find((connector) => connector.platform === platform)
  if (!found)
    throw new Fault('platform_unknown', 400, `There is no connector for ${platform}.`, {
      field: 'platform',
      remedy: `Use one of: ${connectors.map((connector) => connector.platform).join(', ')}.`,
    })
  return found
}
