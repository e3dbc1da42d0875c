'use client'

import { Popover } from 'radix-ui'
import { useEffect, useId, useRef, useState } from 'react'

const OPEN_AFTER_MS = 140
const CLOSE_AFTER_MS = 120
const SAY_COPIED_FOR_MS = 1400

type Shown = { anchor: HTMLElement; title: string; text: string; meta: string }

function hintedBy(from: EventTarget | null): HTMLElement | null {
  return from instanceof Element ? from.closest<HTMLElement>('[data-hint]') : null
}

function read(anchor: HTMLElement): Shown {
  return {
    anchor,
    title: anchor.dataset.hintTitle ?? '',
    text: anchor.dataset.hint ?? '',
    meta: anchor.dataset.hintMeta ?? '',
  }
}

/**
 * The one place that shows hints and copies ids for the whole page, by delegation: any element with the attributes of
 * `hint()` gets a hint on hover, keyboard focus or tap; a click on `[data-copy]` copies that value and says so. Mounted
 * once per page, by the frame. One layer instead of one tooltip per cell keeps a table of fifty rows light.
 */
export function HintLayer() {
  const [shown, setShown] = useState<Shown | null>(null)
  const [spoken, setSpoken] = useState('')
  const id = useId()
  const anchorRef = useRef<HTMLElement | null>(null)
  const contentRef = useRef<HTMLDivElement | null>(null)

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined

    const show = (next: Shown | null) => {
      clearTimeout(timer)
      const previous = anchorRef.current
      if (previous !== null && previous.getAttribute('aria-describedby') === id) {
        previous.removeAttribute('aria-describedby')
      }
      anchorRef.current = next?.anchor ?? null
      if (next !== null && !next.anchor.hasAttribute('aria-describedby')) {
        next.anchor.setAttribute('aria-describedby', id)
      }
      setShown(next)
    }
    const later = (ms: number, next: Shown | null) => {
      clearTimeout(timer)
      timer = setTimeout(() => show(next), ms)
    }

    const onOver = (event: PointerEvent) => {
      if (event.pointerType === 'touch') return
      if (event.target instanceof Node && contentRef.current?.contains(event.target)) {
        clearTimeout(timer)
        return
      }
      const anchor = hintedBy(event.target)
      if (anchor === anchorRef.current) {
        if (anchor !== null) clearTimeout(timer)
        return
      }
      if (anchor !== null) later(anchorRef.current === null ? OPEN_AFTER_MS : 40, read(anchor))
      else if (anchorRef.current !== null) later(CLOSE_AFTER_MS, null)
      else clearTimeout(timer)
    }
    const onFocusIn = (event: FocusEvent) => {
      const anchor = hintedBy(event.target)
      if (anchor !== null && anchor === event.target && anchor.matches(':focus-visible')) show(read(anchor))
      else if (anchorRef.current !== null && anchor !== anchorRef.current) show(null)
    }
    const onFocusOut = (event: FocusEvent) => {
      if (event.target === anchorRef.current) show(null)
    }
    const onClick = (event: MouseEvent) => {
      const copy = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-copy]') : null
      if (copy?.dataset.copy !== undefined) {
        const value = copy.dataset.copy
        event.preventDefault()
        event.stopPropagation()
        navigator.clipboard.writeText(value).then(
          () => {
            show({ anchor: copy, title: 'Copied', text: '', meta: value })
            setSpoken(`Copied ${value}`)
            later(SAY_COPIED_FOR_MS, null)
          },
          () => show({ anchor: copy, title: 'Could not copy', text: 'The browser refused. Select and copy it here:', meta: value }),
        )
        return
      }
      const anchor = hintedBy(event.target)
      const byTouch = event instanceof PointerEvent && event.pointerType === 'touch'
      if (anchor !== null && (byTouch || anchor.dataset.hintOn === 'click') && anchor.closest('a[href]') === null) {
        show(read(anchor))
      } else if (anchor === null && anchorRef.current !== null) show(null)
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && anchorRef.current !== null) show(null)
    }
    const onScroll = (event: Event) => {
      const anchor = anchorRef.current
      if (anchor !== null && event.target instanceof Node && event.target.contains(anchor)) show(null)
    }

    document.addEventListener('pointerover', onOver)
    document.addEventListener('focusin', onFocusIn)
    document.addEventListener('focusout', onFocusOut)
    document.addEventListener('click', onClick, true)
    document.addEventListener('keydown', onKey)
    document.addEventListener('scroll', onScroll, { capture: true, passive: true })
    return () => {
      clearTimeout(timer)
      document.removeEventListener('pointerover', onOver)
      document.removeEventListener('focusin', onFocusIn)
      document.removeEventListener('focusout', onFocusOut)
      document.removeEventListener('click', onClick, true)
      document.removeEventListener('keydown', onKey)
      document.removeEventListener('scroll', onScroll, true)
    }
  }, [id])

  return (
    <>
      <span className="sr-only" role="status" aria-live="polite">
        {spoken}
      </span>
      <Popover.Root open={shown !== null}>
        <Popover.Anchor virtualRef={anchorRef as React.RefObject<HTMLElement>} />
        <Popover.Portal>
          <Popover.Content
            key={shown === null ? 'none' : `${shown.title}${shown.text}${shown.meta}`}
            ref={contentRef}
            id={id}
            role="tooltip"
            side="top"
            sideOffset={6}
            collisionPadding={8}
            onOpenAutoFocus={(event) => event.preventDefault()}
            onCloseAutoFocus={(event) => event.preventDefault()}
            className="z-50 max-w-[min(22rem,calc(100vw-1rem))] animate-fade rounded-md border border-line-strong bg-raised px-3 py-2 text-sm text-soft shadow-float outline-none"
          >
            {shown !== null && shown.title !== '' && <p className="font-medium text-ink">{shown.title}</p>}
            {shown !== null && shown.text !== '' && <p className="whitespace-pre-line">{shown.text}</p>}
            {shown !== null && shown.meta !== '' && <p className="mt-1 font-mono text-xs break-all whitespace-pre-line text-faint">{shown.meta}</p>}
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </>
  )
}
