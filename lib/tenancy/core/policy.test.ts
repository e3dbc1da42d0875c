import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { policy, type Route, type Who } from './policy'
import { actions, mayDo, roles } from './roles'

const app = join(process.cwd(), 'app')
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

type OnDisk = { key: string; file: string; kind: 'page' | 'route'; text: string }

/** app/(merchant)/[tenant]/payments/page.tsx -> `GET /[tenant]/payments`; a route file has a row per exported method. */
function routesOnDisk(): OnDisk[] {
  return readdirSync(app, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(^|\/)(page\.tsx|route\.ts)$/.test(file))
    .flatMap((file): OnDisk[] => {
      const path = `/${file
        .split('/')
        .slice(0, -1)
        .filter((part) => !/^\(.*\)$/.test(part))
        .join('/')}`
      const text = readFileSync(join(app, file), 'utf8')
      if (file.endsWith('page.tsx')) return [{ key: `GET ${path}`, file, kind: 'page', text }]
      const found = methods.filter((method) =>
        new RegExp(`export\\s+(?:const|async\\s+function|function)\\s+${method}\\b|\\bas\\s+${method}\\b|export\\s*\\{[^}]*\\b${method}\\b`).test(text),
      )
      return (found.length > 0 ? found : ['(none)']).map((method) => ({ key: `${method} ${path}`, file, kind: 'route', text }))
    })
}

/** Routes that begin and end by themselves, with the reason. */
const withoutHandle: Readonly<Record<string, string>> = {
  'POST /api/webhooks/stripe/[endpoint]': 'the busiest route, a lone insert: no access log line, and its answers are for Stripe alone',
}

const onDisk = routesOnDisk()
const rows = Object.entries(policy) as [Route, Who][]

describe('the policy table', () => {
  it('has a row for every page and every method of every route', () => {
    const missing = onDisk
      .filter(({ key }) => !(key in policy))
      .map(({ key, file }) => `${relative(process.cwd(), join(app, file))} answers ${key}: add its row to lib/tenancy/core/policy.ts`)
    expect(missing).toEqual([])
  })

  it('has no row without a route', () => {
    const keys = new Set(onDisk.map(({ key }) => key))
    expect(rows.map(([key]) => key).filter((key) => !keys.has(key))).toEqual([])
  })

  it('is what every route is made from', () => {
    const wrong = onDisk
      .filter(({ kind, key, text }) => kind === 'route' && !(key in withoutHandle) && !text.includes(`export const ${key.split(' ')[0]} = handle('${key}'`))
      .map(({ key, file }) => `${file}: export const ${key.split(' ')[0]} = handle('${key}', ...)`)
    expect(wrong).toEqual([])
  })

  it('is what every page of a tenant asks first', () => {
    const wrong = rows.flatMap(([key, who]) => {
      const page = onDisk.find((each) => each.kind === 'page' && each.key === key)
      if (page === undefined || who.kind !== 'member') return []
      return /\b(requireMember|openPage)\(/.test(page.text) && page.text.includes(`'${who.action}'`)
        ? []
        : [`app/${page.file}: call requireMember({ action: '${who.action}', ... }) of lib/edge first; a layout guards nothing`]
    })
    expect(wrong).toEqual([])
  })

  it('gives a reason for everything public', () => {
    for (const [key, who] of rows) if (who.kind === 'public') expect(who.why.length, key).toBeGreaterThan(10)
  })

  it('lets an auditor change nothing and gives every action to someone', () => {
    for (const action of actions)
      expect(
        roles.some((role) => mayDo(role, action)),
        action,
      ).toBe(true)
    for (const action of actions.filter((each) => each.endsWith('.write'))) expect(mayDo('auditor', action), action).toBe(false)
    expect(roles.filter((role) => mayDo(role, 'members.write'))).toEqual(['owner'])
  })
})
