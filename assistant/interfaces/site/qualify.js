// The form works without this; with it the list changes in place and nothing typed is lost when the server is away.
const form = document.querySelector('#form')
let asked = 0

form.addEventListener('submit', async (event) => {
  if (event.submitter && 'plain' in event.submitter.dataset) return
  event.preventDefault()
  const result = document.querySelector('#result'), mine = ++asked
  result.innerHTML = '<p class="skeleton"><i></i><i></i><i></i></p>'
  result.setAttribute('aria-busy', 'true')
  try {
    const reply = await fetch('/qualify', { method: 'POST', headers: { accept: 'text/html' }, body: new URLSearchParams(new FormData(form)) })
    const page = new DOMParser().parseFromString(await reply.text(), 'text/html')
    if (mine !== asked) return
    result.replaceChildren(...(page.querySelector('#result')?.childNodes ?? page.querySelectorAll('.trouble')))
    result.querySelector('h2, .trouble')?.scrollIntoView({ block: 'start' })
  } catch {
    result.innerHTML = '<div class="trouble" role="alert"></div>'
    result.firstChild.textContent = words.away
  } finally {
    result.removeAttribute('aria-busy')
  }
})

document.addEventListener('click', (event) => {
  const language = event.target.closest('[data-language]')?.dataset.language
  if (language && [...new FormData(form).values()].some(Boolean)) { // What is filled in goes along.
    event.preventDefault()
    form.action = '/qualify?lang=' + language
    form.submit()
  }
  const link = event.target.closest('[data-field]')
  if (!link) return
  event.preventDefault()
  form.querySelector('details').open = true
  form.elements[link.dataset.field]?.focus()
})
