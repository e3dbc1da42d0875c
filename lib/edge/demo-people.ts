import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { demoFile } from '@/lib/config/next'

const shape = z.object({ signIns: z.array(z.object({ email: z.string(), password: z.string(), name: z.string().optional(), note: z.string().optional() })) })

/** The people of the demo, for the sign-in page of the sandbox; none in test and live, or before the seed is done. */
export async function demoPeople(): Promise<{ name: string; email: string; password: string; about: string }[]> {
  const file = demoFile()
  if (file === null) return []
  try {
    const { signIns } = shape.parse(JSON.parse(await readFile(file, 'utf8')))
    return signIns.map(({ email, password, name, note }) => ({ email, password, name: name ?? email, about: note ?? '' }))
  } catch {
    return []
  }
}
