/** Whether the server can show a page now. An address that a proxy keeps to itself says nothing against it. */
export async function isServerReady(signal?: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch('/readyz', { cache: 'no-store', ...(signal && { signal }) })
    return answer.status < 500
  } catch {
    return false
  }
}
