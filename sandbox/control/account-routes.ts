import type { Hono } from 'hono'
import { z } from 'zod'
import type { World } from '../core/world'
import type { AccountRow } from '../stripe/accounts'
import { bodyOf, ControlError } from './control-reply'

const newAccount = z.strictObject({
  name: z.string().min(1).max(200),
  country: z.string().regex(/^[A-Z]{2}$/, 'two capital letters such as DE'),
  default_currency: z.string().regex(/^[a-z]{3}$/, 'three small letters such as eur'),
  kind: z.enum(['platform', 'connected', 'own']),
  platform: z.string().optional(),
})
const newKey = z.strictObject({
  mode: z.enum(['live', 'test']),
  name: z.string().min(1).max(200),
  permissions: z.array(z.string().regex(/^[a-z0-9_]+_(read|write)$/, 'such as charge_read or checkout_session_write')).max(200),
})

function accountJson(world: World, account: AccountRow): Record<string, unknown> {
  const restricted_keys = world.accounts.restrictedKeys(account.id).map(({ id, mode, name, permissions }) => ({ key: id, mode, name, permissions }))
  return { ...account, restricted_keys }
}

/** The account named in the path. Throws ControlError 404. */
export function accountOf(world: World, id: string): AccountRow {
  const account = world.accounts.get(id)
  if (!account) throw new ControlError(404, `no account ${id}`)
  return account
}

/** The Stripe accounts of the sandbox and their keys. */
export function mountAccounts(app: Hono, world: World): void {
  app.get('/_sandbox/accounts', (c) =>
    c.json({ platform: world.accounts.platform().id, accounts: world.accounts.all().map((account) => accountJson(world, account)) }),
  )
  app.get('/_sandbox/accounts/:id', (c) => c.json(accountJson(world, accountOf(world, c.req.param('id')))))
  app.post('/_sandbox/accounts', async (c) => {
    const input = await bodyOf(c, newAccount)
    if (input.platform !== undefined && world.accounts.get(input.platform)?.kind !== 'platform') {
      throw new ControlError(400, `platform: no platform account ${input.platform}`, { platform: 'no such platform account' })
    }
    return c.json(accountJson(world, world.accounts.createAccount(input)), 201)
  })
  app.post('/_sandbox/accounts/:id/restricted_keys', async (c) => {
    const account = accountOf(world, c.req.param('id'))
    const key = world.accounts.createRestrictedKey(account.id, await bodyOf(c, newKey))
    return c.json({ key: key.id, mode: key.mode, name: key.name, permissions: key.permissions }, 201)
  })
  app.delete('/_sandbox/accounts/:id/restricted_keys/:key', (c) => {
    const account = accountOf(world, c.req.param('id'))
    const key = c.req.param('key')
    if (!world.accounts.restrictedKeys(account.id).some((row) => row.id === key)) throw new ControlError(404, 'no such restricted key')
    world.accounts.revokeRestrictedKey(key)
    return c.json({ revoked: true })
  })
  app.post('/_sandbox/accounts/:id/disconnect', (c) => {
    const account = accountOf(world, c.req.param('id'))
    if (account.kind !== 'connected' || account.platform === null) throw new ControlError(409, `${account.id} is not connected to a platform`)
    // The platform hears of it while the connection still tells whose endpoint that is.
    for (const livemode of [true, false]) {
      world.events.emit({
        account: account.id,
        livemode,
        type: 'account.application.deauthorized',
        object: { id: `ca_${account.platform.slice('acct_'.length)}`, object: 'application', name: world.accounts.get(account.platform)?.name ?? null },
      })
    }
    return c.json(accountJson(world, world.accounts.disconnect(account.id)))
  })
}
