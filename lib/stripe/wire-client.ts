import Stripe from 'stripe'
import { networkStandIn, type Network, type WireReply } from '@/lib/kernel/network'

/** The SDK's HTTP client over the port of lib/kernel, or undefined where the SDK is to open its own sockets. */
export function wireClient(): Stripe.HttpClient | undefined {
  const network = networkStandIn()
  return network === null ? undefined : new WireClient(network)
}

class WireClient extends Stripe.HttpClient {
  constructor(private readonly network: Network) {
    super()
  }

  override getClientName(): string {
    return 'wire'
  }

  override async makeRequest(...[host, port, path, method, headers, data, protocol, timeoutMs]: Parameters<Stripe.HttpClient['makeRequest']>) {
    const reply = await this.network.exchange({
      method,
      url: `${protocol}://${host}${Number(port) === 443 ? '' : `:${port}`}${path}`,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])),
      body: data === '' ? null : data,
      timeoutMs,
    })
    return new WireResponse(reply)
  }
}

class WireResponse extends Stripe.HttpClientResponse {
  constructor(private readonly reply: WireReply) {
    super(reply.status, reply.headers)
  }

  override getRawResponse(): unknown {
    return this.reply
  }

  override async toJSON(): Promise<unknown> {
    try {
      return JSON.parse(this.reply.body)
    } catch (error) {
      throw Object.assign(error as Error, { rawBody: this.reply.body })
    }
  }
}
