/** One field before and after, as people read it. */
export type FieldChange = { name: string; from: string; to: string }

/** What people look for first. */
const telling =
  /(^|[._])(status|state|word|payment_state|captured|fee|net|fee_state|paid|due_by|funds_withdrawn|funds_reinstated|(order|store|balance|payout|bank)_hop)$|(^|[._])amount(_\w+)?$/

/** Fields before and after; what only a machine compares waits below. */
export function FieldChanges({ fields }: { fields: ReadonlyArray<FieldChange> }) {
  const first = fields.filter((field) => telling.test(field.name))
  const rest = fields.filter((field) => !telling.test(field.name))
  if (first.length === 0) return <Fields of={rest} />
  return (
    <>
      <Fields of={first} />
      {rest.length > 0 && (
        <details className="mt-1 text-xs">
          <summary className="inline-flex rounded-sm text-faint hover:text-ink">
            {rest.length} more {rest.length === 1 ? 'field' : 'fields'}
          </summary>
          <Fields of={rest} />
        </details>
      )}
    </>
  )
}

function Fields({ of }: { of: ReadonlyArray<FieldChange> }) {
  if (of.length === 0) return null
  return (
    <table className="mt-1.5 w-full table-fixed text-xs max-sm:block">
      <caption className="sr-only">Fields before and after</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {of.map((field) => (
          <tr key={field.name} className="max-sm:grid max-sm:grid-cols-2">
            <th
              scope="row"
              className="w-1/2 py-0.5 pr-3 max-sm:col-span-2 max-sm:w-auto max-sm:pt-1.5 text-left align-top font-mono font-normal text-faint [overflow-wrap:anywhere]"
            >
              {field.name}
            </th>
            <td className="py-0.5 pr-2 align-top text-soft [overflow-wrap:anywhere]">{field.from}</td>
            <td className="py-0.5 align-top text-ink [overflow-wrap:anywhere]">
              <span aria-hidden="true" className="mr-1 text-faint">
                →
              </span>
              {field.to}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
