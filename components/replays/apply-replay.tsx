'use client'

import { PostButton } from '@/components/ui/post-button'
import { replayHref } from './replay-href'

/** Does what a dry run showed, as a replay of its own. */
export function ApplyReplay({ path, body, hrefBase }: { path: string; body: unknown; hrefBase: string }) {
  return (
    <PostButton path={path} body={body} look="solid" hrefOf={(answer) => replayHref(hrefBase, answer)}>
      Apply
    </PostButton>
  )
}
