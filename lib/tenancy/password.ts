import { hash, verify } from '@node-rs/argon2'
import { Fault } from '@/lib/kernel/fault'

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
export const shortest = 10
const longest = 256

/** The hash of nobody's password, at the same cost: an unknown account takes the same work as a known one. */
export const nobody = '$argon2id$v=19$m=19456,t=2,p=1$d3LFZeh4WRoGfkT9OH+rwA$BaMQW3C5KLa7B3lS81fwdUTnUf15tSHI3eem+dXzLiU'

/** @throws Fault `password_unsuitable` when it is too short or too long. */
export async function hashPassword(password: string): Promise<string> {
  if (password.length < shortest || password.length > longest) {
    throw new Fault('password_unsuitable', 400, `A password has ${shortest} to ${longest} characters.`, {
      field: 'password',
      remedy: 'Choose a longer one, for example four words.',
    })
  }
  return hash(password, cost)
}

/** Whether the password belongs to the hash; with null (no such account) the same work, and false. */
export async function passwordFits(stored: string | null, password: string): Promise<boolean> {
  const fits = await verify(stored ?? nobody, password.slice(0, longest + 1))
  return stored !== null && fits
}
