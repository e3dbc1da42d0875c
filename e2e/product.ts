/** Where the product of this run is, as scripts/testing/e2e-setup.ts told. */
export const product = {
  webUrl: told('E2E_WEB_URL'),
  sandboxUrl: told('E2E_SANDBOX_URL'),
  controlUrl: told('E2E_CONTROL_URL'),
  ownerUrl: told('E2E_OWNER_URL'),
  logs: told('E2E_LOGS'),
}

/** The environment of the product's processes, for a script that uses lib/. */
export function productEnvironment(): NodeJS.ProcessEnv {
  return JSON.parse(told('E2E_ENV')) as NodeJS.ProcessEnv
}

/** kill -9; resolves when the process that replaces it is ready. Four deaths of one within a minute stop the product. */
export async function killNine(name: 'web' | 'worker' | 'sandbox'): Promise<void> {
  const answer = await fetch(`${product.controlUrl}/${name}/kill`, { method: 'POST' })
  if (!answer.ok) throw new Error(`killing ${name} answered ${answer.status}`)
}

function told(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is missing: start the browser tests with Playwright, which starts the product first`)
  return value
}
