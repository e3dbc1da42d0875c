import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from '@playwright/test'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const folder = join(import.meta.dirname, '../test-results/screens')
const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
]

/**
 * Takes a screen in both themes and both widths, and says what is wrong with it: what axe finds serious or critical,
 * sideways scrolling, errors of the page. `show` brings the page there; it runs once per theme. `allow` names errors of
 * the page that belong to it.
 */
export async function lookAt(page: Page, name: string, show: () => Promise<unknown>, allow?: RegExp): Promise<string[]> {
  const wrong: string[] = []
  const onConsole = (message: { type(): string; text(): string }) =>
    void (message.type() === 'error' && !allow?.test(message.text()) && wrong.push(`${name}: console: ${message.text()}`))
  const onError = (error: Error) => void wrong.push(`${name}: ${error.message}`)
  page.on('console', onConsole).on('pageerror', onError)
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width: 1440, height: 900 })
    await show()
    for (const size of sizes) {
      await page.setViewportSize(size)
      await page.evaluate(() => document.fonts.ready)
      const where = `${name}, ${scheme}, ${size.width}`
      for (const overflow of await page.evaluate(overflows)) wrong.push(`${where}: ${overflow}`)
      await page.setViewportSize({ ...size, height: await heightOf(page, size.height) })
      await page.waitForTimeout(200)
      if (!(await framesFit(page))) wrong.push(`${where}: a frame did not take its new size`)
      await page.screenshot({ path: join(folder, `${name}-${scheme}-${size.width}.png`), animations: 'disabled' })
      wrong.push(...(await axeFindings(page)).map((finding) => `${where}: ${finding}`))
    }
  }
  page.off('console', onConsole).off('pageerror', onError)
  return wrong
}

/** Runs in the page: what sticks out of the window, and what makes the window scroll where the page inside it does. */
function overflows(): string[] {
  const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement
  const main = document.getElementById('main')
  const found: string[] = []
  if (scrollWidth > clientWidth) found.push(`scrolls sideways by ${scrollWidth - clientWidth} px`)
  if (main !== null && main.scrollWidth > main.clientWidth) found.push(`its middle scrolls sideways by ${main.scrollWidth - main.clientWidth} px`)
  if (main !== null && getComputedStyle(main).overflowY === 'auto' && scrollHeight > clientHeight)
    found.push(`the window scrolls by ${scrollHeight - clientHeight} px beside its middle`)
  return found
}

/**
 * High enough a window for the whole page, also where its middle scrolls. Chromium's own full-page pictures show frames of
 * other sites squeezed.
 */
async function heightOf(page: Page, least: number): Promise<number> {
  const needed = await page.evaluate(() => {
    const main = document.getElementById('main')
    const hidden = main === null ? 0 : main.scrollHeight - main.clientHeight
    return Math.max(document.documentElement.scrollHeight, document.documentElement.clientHeight + hidden)
  })
  return Math.max(least, needed)
}

/** Whether every frame has been laid out in the size of its place; waits a little for it. */
async function framesFit(page: Page): Promise<boolean> {
  const frames = page.frames().filter((frame) => frame.parentFrame() === page.mainFrame())
  for (const frame of frames) {
    const place = await frame.frameElement()
    const fits = async () => (await frame.evaluate(() => window.innerWidth)) === (await place.evaluate((element) => (element as Element).clientWidth))
    for (let tries = 0; !(await fits()); tries++) {
      if (tries === 50) return false
      await page.waitForTimeout(100)
    }
  }
  return true
}

/** The frames of Stripe's script are not ours to judge. */
async function axeFindings(page: Page): Promise<string[]> {
  // Evaluated over the debugger: a page's content security policy does not see it.
  await page.evaluate(axe)
  return page.evaluate(async () => {
    type Axe = {
      run(
        context: unknown,
        options: unknown,
      ): Promise<{ violations: { id: string; impact: string; help: string; nodes: { target: unknown[]; failureSummary?: string }[] }[] }>
    }
    const { violations } = await (window as unknown as { axe: Axe }).axe.run({ exclude: [['iframe']] }, { resultTypes: ['violations'], iframes: false })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, help, nodes }) =>
        nodes.slice(0, 3).map((node) => `${id} (${help}) at ${node.target.join(' ')}: ${(node.failureSummary ?? '').replace(/\s+/g, ' ').slice(0, 200)}`),
      )
  })
}
