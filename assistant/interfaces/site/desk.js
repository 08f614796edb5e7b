// The hotline's look-up: every key leads somewhere, and the newest key press wins over what is still on its way.
const line = document.querySelector('#line'), facets = document.querySelector('#facets'), found = document.querySelector('#found')
const clause = document.querySelector('#clause'), recent = document.querySelector('#recent'), told = document.querySelector('.told')
const RECENT = 'policyqa.recent'
const wide = matchMedia('(min-width: 60.01rem)') // the panes stand side by side
let latest, opened, shown, wait, failed, back = -1

const rows = () => [...document.querySelectorAll('.row')]
const selected = () => document.querySelector('.row[aria-selected=true]')
const chosen = () => [...facets.querySelectorAll('input:checked')].map((box) => [box.name, box.value])

async function get(address, signal) {
  const source = address.split(/[/?]/)[2] // rows, clause or compare: what one of them says is not for another to take back
  try {
    const reply = await fetch(address, { signal, headers: { accept: 'text/html' } })
    const html = await reply.text()
    if (!reply.ok) throw new Error(new DOMParser().parseFromString(html, 'text/html').querySelector('.trouble')?.textContent ?? words.away)
    if (failed === source) banner('')
    return html
  } catch (error) {
    if (error.name !== 'AbortError') failed = source
    throw error
  }
}

function trouble(error) {
  if (error.name === 'AbortError') return
  banner(error.name === 'TypeError' ? words.away : error.message)
}

const query = () => new URLSearchParams([['q', line.value], ...chosen()])

function parse(html) {
  const part = document.createElement('template')
  part.innerHTML = html
  return part.content
}

async function lookUp() {
  latest?.abort()
  latest = new AbortController()
  history.replaceState(null, '', line.value ? '?' + new URLSearchParams({ q: line.value }) : location.pathname)
  try {
    const part = parse(await get('/desk/rows?' + query(), latest.signal))
    const { name, value } = document.activeElement
    const open = facets.children.length ? [...facets.querySelectorAll('details[open]')].map((d) => d.dataset.facet) : wide.matches ? ['place', 'validity'] : []
    facets.replaceChildren(...part.querySelector('[data-part=facets]').childNodes)
    for (const kind of open) facets.querySelector(`[data-facet="${kind}"]`)?.setAttribute('open', '')
    if (name) [...facets.querySelectorAll('input')].find((box) => box.name === name && box.value === value)?.focus()
    found.replaceChildren(...part.querySelector('[data-part=found]').childNodes)
    found.scrollTop = 0
    select(0)
  } catch (error) { trouble(error) }
}

async function more() {
  const button = found.querySelector('.more')
  if (!button || button.disabled) return
  button.disabled = true
  try {
    const address = query()
    address.set('start', button.dataset.start)
    const part = parse(await get('/desk/rows?' + address, latest.signal))
    found.querySelector('#rows').append(...part.querySelectorAll('.row'))
    found.querySelector('#listed').textContent = rows().length
    const next = part.querySelector('.more')
    if (document.activeElement === button) line.focus()
    next ? button.replaceWith(next) : button.remove()
  } catch (error) { button.disabled = false; trouble(error) }
}

function select(index) {
  const all = rows()
  line.removeAttribute('aria-activedescendant')
  if (!all.length) return
  const at = Math.max(0, Math.min(index, all.length - 1))
  all.forEach((row, i) => row.setAttribute('aria-selected', String(i === at)))
  all[at].scrollIntoView({ block: 'nearest' })
  line.setAttribute('aria-activedescendant', all[at].id)
  clearTimeout(wait)
  wait = setTimeout(() => open(all[at].dataset.id), 80)
}

async function open(id) {
  clearTimeout(wait)
  if (!id || (shown === id + ' ' + line.value)) return
  opened?.abort()
  opened = new AbortController()
  const asked = line.value
  try {
    clause.innerHTML = await get(`/desk/clause/${encodeURIComponent(id)}?` + new URLSearchParams({ q: asked }), opened.signal)
    shown = id + ' ' + asked
    clause.querySelector('#text').scrollTop = clause.querySelector('#here').offsetTop - 8
  } catch (error) { trouble(error) }
}

async function copyScript() {
  const id = selected()?.dataset.id
  if (!id) return
  await open(id)
  const script = clause.querySelector('#script')
  if (!script) return
  await copy(script.textContent.replaceAll('链接：/c/', `链接：${location.origin}/c/`), line)
  told.textContent = words.scriptCopied
  remember()
}

async function toText() {
  await open(selected()?.dataset.id)
  const here = clause.querySelector('#here')
  here?.scrollIntoView({ block: 'start' })
  here?.focus({ preventScroll: true })
  remember()
}

const lines = () => { try { return JSON.parse(localStorage.getItem(RECENT)) || [] } catch { return [] } }

function remember() {
  const asked = line.value.trim()
  if (asked) try { localStorage.setItem(RECENT, JSON.stringify([asked, ...lines().filter((other) => other !== asked)].slice(0, 12))) } catch { /* Private windows keep nothing. */ }
  listRecent()
}

function listRecent() {
  recent.replaceChildren(...lines().map((text) => {
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: text })
    button.addEventListener('click', () => { line.value = text; line.focus(); lookUp() })
    return button
  }))
  if (lines().length) {
    const clear = Object.assign(document.createElement('button'), { type: 'button', textContent: words.clear })
    clear.addEventListener('click', () => { localStorage.removeItem(RECENT); listRecent(); line.focus() })
    recent.append(clear)
  }
}

line.addEventListener('input', () => { back = -1; lookUp() })
async function move(step) {
  const to = rows().indexOf(selected()) + step
  if (to >= rows().length) await more()
  select(to)
}

line.addEventListener('keydown', (event) => {
  if (event.isComposing) return // Enter ends a pinyin word; it is not a command.
  if (event.ctrlKey && ['ArrowUp', 'ArrowDown'].includes(event.key)) {
    back = Math.max(-1, Math.min(back + (event.key === 'ArrowUp' ? 1 : -1), lines().length - 1))
    line.value = lines()[back] ?? ''
    lookUp()
  } else if (event.key === 'ArrowDown') move(1)
  else if (event.key === 'ArrowUp') move(-1)
  else if (event.key === 'PageDown') move(8)
  else if (event.key === 'PageUp') move(-8)
  else if (event.key === 'Enter' && !event.ctrlKey) toText()
  else return
  event.preventDefault()
})
document.addEventListener('keydown', (event) => {
  if (event.isComposing) return
  if (event.key === 'Enter' && event.ctrlKey) { event.preventDefault(); copyScript() }
  if (event.key === 'Escape') { event.preventDefault(); line.focus(); line.select(); scrollTo(0, 0) }
})
facets.addEventListener('change', lookUp)
found.addEventListener('click', (event) => {
  if (event.target.closest('.more')) return void more()
  const row = event.target.closest('.row')
  if (!row) return
  select(rows().indexOf(row))
  open(row.dataset.id).then(() => { if (!wide.matches) clause.scrollIntoView() })
})
document.querySelector('#copy').addEventListener('click', copyScript)
document.querySelector('#pair').addEventListener('submit', async (event) => {
  event.preventDefault()
  clearTimeout(wait)
  opened?.abort()
  try {
    clause.innerHTML = await get('/desk/compare?' + new URLSearchParams([...new FormData(event.target), ['q', line.value]]))
    shown = undefined
    clause.focus()
  } catch (error) { trouble(error) }
})
line.value = new URLSearchParams(location.search).get('q') ?? ''
listRecent()
lookUp()
