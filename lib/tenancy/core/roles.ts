/** What a person may be in a tenant, most trusted first. */
export const roles = ['owner', 'finance', 'support', 'developer', 'auditor'] as const
export type Role = (typeof roles)[number]

/**
 * Every action a person can take, and who may. Deny by default: an action that is not here does not exist. An auditor
 * reads everything and changes nothing; support does not take customers' data out in bulk; a developer handles keys
 * and connections but no money.
 */
const allowed = {
  'home.read': roles,
  'payments.read': roles,
  'orders.read': roles,
  'stores.read': roles,
  'connection.read': roles,
  'events.read': roles,
  'exceptions.read': roles,
  'search.read': roles,
  'stream.read': roles,
  'replays.read': roles,
  'replays.write': ['owner', 'developer'],
  'effects.write': ['owner', 'finance', 'developer'],
  'exports.read': roles,
  'exports.create': ['owner', 'finance', 'auditor'],
  'members.read': roles,
  'members.write': ['owner'],
  'api_keys.read': ['owner', 'developer', 'auditor'],
  'api_keys.write': ['owner', 'developer'],
} as const satisfies Record<string, readonly Role[]>

export type Action = keyof typeof allowed
export const actions = Object.keys(allowed) as Action[]

export function isRole(text: unknown): text is Role {
  return roles.some((role) => role === text)
}

export function mayDo(role: Role, action: Action): boolean {
  const may: readonly Role[] = allowed[action]
  return may.includes(role)
}

/** The actions of a role, for screens that hide what would be refused. */
export function actionsOf(role: Role): Action[] {
  return actions.filter((action) => mayDo(role, action))
}

/** The roles that may, for a refusal that names who to ask. */
export function whoMay(action: Action): readonly Role[] {
  return allowed[action]
}
