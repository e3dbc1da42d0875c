import { clock } from '@/lib/kernel/clock'
import { codeOf, Fault } from '@/lib/kernel/fault'
import { newId } from '@/lib/kernel/id'
import { normaliseEmail } from './core/email'
import { hashPassword } from './password'
import { insertUser } from './store/people'

/**
 * Makes an account without any membership; an operator's verb, on the worker role.
 * @throws Fault `invalid_field` (email, name), `password_unsuitable`, `email_taken`.
 */
export async function createUser(input: { email: string; name: string; password: string }): Promise<{ user_id: string }> {
  const email = normaliseEmail(input.email)
  if (email === null) throw new Fault('invalid_field', 400, 'This is not one e-mail address.', { field: 'email', remedy: 'Write it as name@example.com.' })
  const name = input.name.trim()
  if (name === '' || name.length > 120) throw new Fault('invalid_field', 400, 'The name of a person has 1 to 120 characters.', { field: 'name' })
  const password_hash = await hashPassword(input.password)
  const id = newId()
  try {
    await insertUser({ id, email, name, password_hash, created_at: clock.now() })
  } catch (error) {
    if (codeOf(error) === '23505') throw new Fault('email_taken', 409, 'There is an account with this e-mail address.', { field: 'email' })
    throw error
  }
  return { user_id: id }
}
