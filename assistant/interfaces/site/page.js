// What answers and lists share: copy, link, print, thumbs. Without it the pages still read.
const words = document.querySelector('#words').dataset // in the display's language
const tell = (near, text) => { const spot = near.closest('.turn, main')?.querySelector('.told'); if (spot) spot.textContent = text }

async function copy(text, near) {
  try {
    await navigator.clipboard.writeText(text)
  } catch { // No clipboard without HTTPS or permission: the old way.
    const area = Object.assign(document.createElement('textarea'), { value: text })
    document.body.append(area)
    area.select()
    document.execCommand('copy')
    area.remove()
  }
  tell(near, words.copied)
}

const DRAFT = 'policyqa.draft'

function write(field, text) { // so that Gradio sees it too
  field.value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

function linkOf(turn) {
  const address = new URL(location.origin + location.pathname)
  address.searchParams.set('q', turn.dataset.question)
  if (turn.dataset.region) address.searchParams.set('region', turn.dataset.region)
  return address.href
}

function banner(text) {
  document.querySelector('.banner')?.remove()
  if (!text) return
  const box = Object.assign(document.createElement('p'), { className: 'trouble banner', textContent: text })
  box.setAttribute('role', 'alert')
  document.body.append(box)
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('button, a')
  if (!button) return
  if ('copy' in button.dataset) copy(button.dataset.copy.replaceAll('/c/', location.origin + '/c/'), button)
  if ('link' in button.dataset) copy(linkOf(button.closest('.turn')), button)
  if ('print' in button.dataset) print()
  if ('thumb' in button.dataset) {
    const turn = button.closest('.turn')
    for (const other of turn.querySelectorAll('[data-thumb]')) other.setAttribute('aria-pressed', String(other === button))
    const form = turn.querySelector('.reason')
    form.hidden = false
    form.elements.reason.focus()
  }
  if ('language' in button.dataset) { // Keep what is asked when the language changes.
    const address = new URL(location.href)
    address.searchParams.set('lang', button.dataset.language)
    button.href = address.href
  }
})

document.addEventListener('submit', async (event) => {
  if (!event.target.matches('.reason')) return
  event.preventDefault()
  const form = event.target, turn = form.closest('.turn')
  const rating = turn.querySelector('[data-thumb][aria-pressed=true]')?.dataset.thumb
  const body = { rating, reason: form.elements.reason.value, question: turn.dataset.question, region: turn.dataset.region || null,
    status: form.dataset.status, index: form.dataset.index, measures: form.dataset.measures.split(' ').filter(Boolean) }
  try {
    const reply = await fetch('/v1/feedback', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    if (!reply.ok) throw new Error()
    form.hidden = true
    tell(form, words.saved)
  } catch {
    tell(form, words.unsaved)
  }
})

addEventListener('offline', () => banner(words.offline))
addEventListener('online', () => banner(''))

// Ask: Gradio draws the page, so its answers are watched for.
if (document.querySelector('meta[name=policyqa-language]')) {
  document.documentElement.lang = document.querySelector('meta[name=policyqa-language]').content
  // One region that is there from the start: readers announce the outcome once, not every section as it comes.
  const spoken = Object.assign(document.createElement('p'), { className: 'sr' })
  spoken.setAttribute('role', 'status')
  let last, announced
  // Gradio loads the page anew once a restarted server is back: what is not yet asked outlives that, and another language.
  addEventListener('pagehide', () => {
    const draft = document.querySelector('#question textarea')?.value
    if (draft) sessionStorage.setItem(DRAFT, draft)
  })
  const settle = () => {
    const field = document.querySelector('#question textarea')
    const draft = field && sessionStorage.getItem(DRAFT)
    if (draft) { sessionStorage.removeItem(DRAFT); write(field, draft) }
    if (!spoken.isConnected) (document.querySelector('.gradio-container main') ?? document.body).append(spoken)
    const told = document.querySelector('#now .turn:has(.disclaimer)')
    if (told && told.ariaLabel + told.dataset.question !== announced) {
      announced = told.ariaLabel + told.dataset.question
      if (field?.value === told.dataset.question) write(field, '') // answered: only then is it let go
      spoken.textContent = `${told.querySelector('.outcome').innerText} ${told.querySelector('.section p')?.innerText ?? ''}`
    }
    const turn = document.querySelector('#now .turn[data-question]')
    if (turn && turn.dataset.question !== last) {
      last = turn.dataset.question
      history.replaceState(null, '', linkOf(turn))
      if (turn.getBoundingClientRect().top > innerHeight / 2) turn.scrollIntoView({ block: 'start' })
    }
    const wrap = document.querySelector('.gradio-container main')
    if (wrap && !wrap.id) wrap.id = 'main'
  }
  new MutationObserver(settle).observe(document, { childList: true, subtree: true })
  // Gradio speaks of a lost server in English only: say it in words of ours.
  const probe = () => fetch('/v1/healthz', { signal: AbortSignal.timeout(8000) }).then(() => banner(''), () => banner(words.away))
  document.addEventListener('click', (event) => {
    if (event.target.closest('#ask, #examples button')) probe()
    if (event.target.closest('#stop')) document.querySelector('#question textarea').focus() // its button goes away
  })
  document.addEventListener('keydown', (event) => { if (event.key === 'Enter' && event.target.closest('#question')) probe() })
}
