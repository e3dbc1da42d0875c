import { handle } from '@/lib/edge/handle'
import { exportPayments } from '@/lib/exports/export-payments'
import { readPaymentFilter } from '@/lib/payments/core/payment-filter'

/** Hands out the payments that the same parameters show on the screen, as CSV. */
export const GET = handle('GET /api/exports/payments', async ({ request, member, query }) => {
  const filters: Record<string, string[]> = {}
  for (const name of new Set(query.keys()))
    if (!['tenant', 'mode', 'sort', 'cols', 'older', 'newer'].includes(name)) filters[name] = query.getAll(name).filter((value) => value !== '')
  const file = await exportPayments(member, readPaymentFilter(query), filters, request.signal)
  return new Response(file.body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${file.file_name}"`,
      'x-export-batch': file.batch_id,
      'cache-control': 'private, no-store, no-transform',
    },
  })
})
