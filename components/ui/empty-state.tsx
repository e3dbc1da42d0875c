import type { ReactNode } from 'react'

/** Says what will appear here and gives the one next step. `heading` where it is the whole screen, whose name it then is. */
export function EmptyState({ title, children, action, heading = false }: { title: string; children?: ReactNode; action?: ReactNode; heading?: boolean }) {
  const Title = heading ? 'h1' : 'p'
  return (
    <div className="grid min-h-64 place-items-center px-6 py-10">
      <div className="max-w-sm text-center">
        <Title className="text-base font-medium text-balance">{title}</Title>
        {children !== undefined && <div className="mt-1 text-sm text-balance text-soft">{children}</div>}
        {action !== undefined && <div className="mt-4 flex justify-center">{action}</div>}
      </div>
    </div>
  )
}

/** Says what could not be loaded, what was not lost, and what to do. */
export function ErrorState({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div role="alert" className="grid min-h-64 place-items-center px-6 py-10">
      <div className="max-w-sm border-l-2 border-bad-mark pl-4">
        <p className="text-base font-medium text-balance">{title}</p>
        <div className="mt-1 text-sm text-soft">{children}</div>
        {action !== undefined && <div className="mt-4 flex">{action}</div>}
      </div>
    </div>
  )
}
