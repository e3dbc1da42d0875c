import { redirect } from 'next/navigation'
import { WholePage } from '@/components/ui/whole-page'
import { signedIn } from '@/lib/edge/require-member'
import { tenantsOf } from '@/lib/tenancy/queries'

/** The start: a person's first tenant, or the way in. */
export default async function Start() {
  const principal = await signedIn()
  if (principal === null) redirect('/sign-in')
  const [first] = await tenantsOf(principal)
  if (first) redirect(`/${first.slug}`)
  return (
    <WholePage title="You are not in any account yet">
      <p>You are signed in as {principal.user.name}. Ask an owner of the account you expected to see to add you; then open this page again.</p>
    </WholePage>
  )
}
