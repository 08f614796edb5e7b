// The hotline's look-up: every key leads somewhere, and the newest key press wins over what is still on its way.
const line = document.querySelector('#line'), facets = document.querySelector('#facets'), found = document.querySelector('#found')
const clause = document.querySelector('#clause'), recent = document.querySelector('#recent'), told = document.querySelector('.told')
const RECENT = 'policyqa.recent'
let latest, opened, shown, wait, back = -1

const rows = () => [...document.querySelectorAll('.row')]
const selected = () => document.querySelector('.row[aria-selected=true]')
const chosen = () => [...facets.querySelectorAll('input:checked')].map((box) => [box.name, box.value])

async function get(address, signal) {
  const reply = await fetch(address, { signal })
  if (!reply.ok) throw new Error((await reply.json()).message)
  banner('')
  return reply.text()
}

function trouble(error) {
  if (error.name === 'AbortError') return
  banner(error.name === 'TypeError'
    ? words('服务器没有回应，可能正在重启。查询词还在，请稍后再试。', 'The server does not reply; it may be restarting. Your line is kept: try again in a moment.')
    : error.message)
}

async function lookUp() {
  latest?.abort()
  latest = new AbortController()
  const started = performance.now()
  try {
    const html = await get('/desk/rows?' + new URLSearchParams([['q', line.value], ...chosen()]), latest.signal)
    const part = document.createElement('template')
    part.innerHTML = html
    const focused = document.activeElement, open = [...facets.querySelectorAll('details[open]')].map((d) => d.dataset.facet)
    const name = focused.name, value = focused.value
    facets.replaceChildren(...part.content.querySelector('[data-part=facets]').childNodes)
    for (const kind of open) facets.querySelector(`[data-facet="${kind}"]`)?.setAttribute('open', '')
    if (name) [...facets.querySelectorAll('input')].find((box) => box.name === name && box.value === value)?.focus()
    found.replaceChildren(...part.content.querySelector('[data-part=found]').childNodes)
    found.scrollTop = 0
    select(0)
    found.dataset.took = (performance.now() - started).toFixed(1)
  } catch (error) { trouble(error) }
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
  told.textContent = words('口径已复制', 'Script copied')
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
    const clear = Object.assign(document.createElement('button'), { type: 'button', textContent: words('清除记录', 'Clear') })
    clear.addEventListener('click', () => { localStorage.removeItem(RECENT); listRecent(); line.focus() })
    recent.append(clear)
  }
}

line.addEventListener('input', () => { back = -1; lookUp() })
line.addEventListener('keydown', (event) => {
  const at = rows().indexOf(selected())
  if (event.isComposing) return // Enter ends a pinyin word; it is not a command.
  if (event.ctrlKey && ['ArrowUp', 'ArrowDown'].includes(event.key)) {
    back = Math.max(-1, Math.min(back + (event.key === 'ArrowUp' ? 1 : -1), lines().length - 1))
    line.value = lines()[back] ?? ''
    lookUp()
  } else if (event.key === 'ArrowDown') select(at + 1)
  else if (event.key === 'ArrowUp') select(at - 1)
  else if (event.key === 'PageDown') select(at + 8)
  else if (event.key === 'PageUp') select(at - 8)
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
  const row = event.target.closest('.row')
  if (!row) return
  select(rows().indexOf(row))
  open(row.dataset.id)
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
