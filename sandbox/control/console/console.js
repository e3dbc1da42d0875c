/* Sends the page's buttons and forms to the control API as JSON and keeps its lists fresh. */
'use strict'

const said = document.getElementById('said')
let quiet

function say(text, wrong, link) {
  said.textContent = text
  if (link) {
    const anchor = Object.assign(document.createElement('a'), { href: link, textContent: ' Open it', target: '_blank', rel: 'noreferrer' })
    said.append(anchor)
  }
  said.className = wrong ? 'wrong' : ''
  said.hidden = false
  clearTimeout(quiet)
  quiet = setTimeout(
    () => {
      said.hidden = true
    },
    wrong || link ? 12000 : 4000,
  )
}

async function send(api, body) {
  const [method, path] = api.split(' ')
  const answer = await fetch(path, { method, headers: { 'content-type': 'application/json' }, body: method === 'DELETE' ? undefined : JSON.stringify(body) })
  const json = await answer.json().catch(() => ({}))
  if (!answer.ok) throw new Error(json.error ? json.error.message : `The sandbox answered ${answer.status}.`)
  return json
}

/* Replaces a list when it changed, and gives the focus back to the button it was on. */
async function refresh(element, name, query) {
  const answer = await fetch(`/_sandbox/console/${name}${query || ''}`).catch(() => null)
  if (!answer || !answer.ok) return
  const text = await answer.text()
  if (element.dataset.text === text) return
  const active = document.activeElement
  const nameOf = (button) => button.getAttribute('aria-label') || button.dataset.copy || ''
  const inside = active && element.contains(active) ? nameOf(active) : null
  const scrolled = element.querySelector('.scroll')
  const at = scrolled ? [scrolled.scrollTop, scrolled.scrollLeft] : [0, 0]
  element.dataset.text = text
  element.innerHTML = text
  const scroll = element.querySelector('.scroll')
  if (scroll) {
    scroll.scrollTop = at[0]
    scroll.scrollLeft = at[1]
  }
  if (inside !== null) {
    const again = [...element.querySelectorAll('button')].find((button) => nameOf(button) === inside)
    ;(again || element.querySelector('[tabindex="0"], button') || document.body).focus({ preventScroll: true })
  }
}

function refreshAll() {
  for (const element of document.querySelectorAll('[data-live]')) void refresh(element, element.dataset.live)
}

async function act(button, api, body, done, open) {
  button.setAttribute('aria-busy', 'true')
  try {
    const json = await send(api, body)
    const link = open ? json[open] : null
    if (link) window.open(link, '_blank', 'noopener')
    if (typeof json.offset_ms === 'number') document.getElementById('now').dataset.offset = json.offset_ms
    say(done, false, link)
  } catch (error) {
    say(error.message, true)
  } finally {
    button.removeAttribute('aria-busy')
    refreshAll()
  }
}

function valueOf(input) {
  const text = input.value.trim()
  if (text === '') return undefined
  const kind = input.dataset.kind || (input.tagName === 'SELECT' && /^(null|true|false|\d+)$/.test(text) ? 'json' : '')
  if (kind === 'number') return Number(text)
  return kind === 'json' ? JSON.parse(text) : text
}

function bodyOf(form) {
  const body = {}
  for (const input of form.elements) {
    if (!input.name || input.tagName === 'BUTTON' || input.closest('label[hidden]')) continue
    const value = valueOf(input)
    if (value !== undefined) body[input.name] = value
  }
  const items = [...form.querySelectorAll('[data-sku]')]
    .map((input) => ({ sku: input.dataset.sku, quantity: Number(input.value) }))
    .filter((item) => item.quantity > 0)
  return items.length > 0 ? { ...body, items } : body
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('button')
  if (!button) return
  if (button.dataset.copy) {
    navigator.clipboard.writeText(button.dataset.copy).then(
      () => say('Copied.'),
      () => say(button.dataset.copy),
    )
  } else if (button.dataset.api) {
    void act(button, button.dataset.api, JSON.parse(button.dataset.body || '{}'), button.dataset.done, button.dataset.open)
  }
})

document.addEventListener('submit', (event) => {
  const form = event.target
  if (!form.dataset.api) return
  event.preventDefault()
  try {
    const body = bodyOf(form)
    if (event.submitter && event.submitter.name === 'surprise') delete body.items
    let api = form.dataset.api
    for (const [name, value] of Object.entries(body)) {
      if (!api.includes(`{${name}}`)) continue
      api = api.replace(`{${name}}`, encodeURIComponent(value))
      delete body[name]
    }
    void act(event.submitter || form, api, form.dataset.wrap ? { [form.dataset.wrap]: body } : body, form.dataset.done)
  } catch (error) {
    say(`A field that holds JSON cannot be read: ${error.message}`, true)
  }
})

/* Shows the fields of the chosen kind, and the prices of the chosen shop. */
function chosen(form) {
  const kind = form.elements.namedItem('kind')
  for (const label of form.querySelectorAll('label[data-only]')) label.hidden = label.dataset.only !== '' && label.dataset.only !== kind.value
}
for (const form of document.querySelectorAll('form[data-kinds]')) chosen(form)
document.addEventListener('change', (event) => {
  const form = event.target.closest('form')
  if (form && 'kinds' in form.dataset) chosen(form)
  if (form && form.id === 'take-order' && event.target.name === 'slug') {
    void refresh(form.querySelector('[data-fragment]'), 'products', `?shop=${encodeURIComponent(event.target.value)}`)
  }
})

/* A quantity is replaced by what is typed, not added to. */
document.addEventListener('focusin', (event) => {
  if (event.target.matches('input[type="number"]')) event.target.select()
})

function tick() {
  const now = document.getElementById('now')
  now.textContent = new Date(Date.now() + Number(now.dataset.offset)).toISOString().slice(0, 19).replace('T', ' ')
}
tick()
setInterval(tick, 1000)
setInterval(() => {
  if (!document.hidden) refreshAll()
}, 3000)
setInterval(async () => {
  const answer = await fetch('/_sandbox/health')
    .then((reply) => reply.json())
    .catch(() => null)
  if (answer) document.getElementById('now').dataset.offset = answer.offset_ms
}, 10000)
