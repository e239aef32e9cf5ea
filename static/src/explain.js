// A number opens to its formula, which is fetched when it is opened and again when the
// numbers change while it is open.

export function startExplain() {
  const form = document.querySelector('form.scenario')
  if (!form) return
  const fill = async (why) => {
    const panel = why.querySelector('.panel')
    const body = new URLSearchParams(new FormData(form))
    body.set('page.field', why.dataset.why)
    const response = await fetch('/explain', { method: 'POST', body })
    if (response.ok && why.open) panel.innerHTML = await response.text()
  }
  document.addEventListener('toggle', ({ target }) => {
    if (target.matches?.('.why') && target.open) fill(target)
  }, true)
  document.addEventListener('htmx:after:swap', ({ detail }) => {
    if (detail.ctx.sourceElement === form) for (const why of document.querySelectorAll('.why[open]')) fill(why)
  })
}
