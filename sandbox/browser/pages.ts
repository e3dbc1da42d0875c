import { readFileSync } from 'node:fs'
import { PATHS } from './shared/paths'

const css = (name: string) => readFileSync(new URL(`./frame/${name}.css`, import.meta.url), 'utf8')
const paymentCss = css('payment')
const challengeCss = css('challenge')

/** Themes the payment frame may be asked for, so that its first paint has the page's colours. */
export const THEMES = ['stripe', 'night', 'flat'] as const

/** Document of the Payment Element's frame. `nowMs` is sandbox time, by which cards expire. */
export function paymentFramePage(theme: (typeof THEMES)[number], nowMs: number): string {
  return `<!doctype html>
<html lang="en" data-theme="${theme}" data-now="${Math.floor(nowMs)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Secure payment input frame</title>
<style>${paymentCss}</style>
</head>
<body>
<div id="element" aria-busy="true"><div class="Skeleton"><i></i><i></i><i class="half"></i></div></div>
<script src="${PATHS.paymentFrameScript}"></script>
</body>
</html>`
}

/** Document of the bank's 3-D Secure page. */
export function challengeFramePage(): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>3D Secure 2 Test Page</title>
<style>${challengeCss}</style>
</head>
<body>
<main id="card" hidden aria-labelledby="title">
<header><strong>Your bank</strong><button type="button" id="cancel">Cancel</button></header>
<section>
<h1 id="title">3D Secure 2 Test Page</h1>
<p>This stands in for the page on which your bank asks whether it is you who pays.</p>
<dl><dt>Merchant</dt><dd id="merchant"></dd><dt>Amount</dt><dd id="amount"></dd></dl>
</section>
<footer>
<button type="button" id="complete">Complete</button>
<button type="button" id="fail">Fail</button>
</footer>
</main>
<script src="${PATHS.challengeFrameScript}"></script>
</body>
</html>`
}
