// Live answers: the server sends the sections that are not what the page shows, told by
// their stamps (templates/sections.go). While inputs change, sections out of sight wait;
// while a slider moves, so does what has data-rests: inputs, which the browser shows already,
// and links to the scenario elsewhere.

const header = 'Meshplan-Stamps'
const rest = 250 // ms without a new input

export function startLive() {
  const form = document.getElementById('planner')
  if (!form) return
  const away = new Set() // ids of sections out of sight
  const late = new Set() // what does not follow the inputs at the moment
  let timer

  // What is typed while an answer is under way stays as it is typed: the next one knows it.
  const typed = new Set() // fields changed since the last request
  let kept = []
  document.addEventListener('input', ({ target }) => {
    typed.add(target)
    if (target.dataset.slides) typed.add(document.getElementById(target.dataset.slides))
  }, true)

  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) away.delete(target.id)
      else away.add(target.id)
    }
  })
  for (const id of Object.keys(stampsOf(form))) {
    const section = document.getElementById(id)
    if (section?.matches('.card')) watch.observe(section)
  }

  document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
    if (ctx.sourceElement !== form) return
    const stamps = stampsOf(form)
    typed.clear()
    late.clear()
    if (ctx.sourceEvent?.type === 'input') {
      const slides = ctx.sourceEvent.target.type === 'range'
      for (const id of Object.keys(stamps)) {
        const section = document.getElementById(id)
        if (!away.has(section?.closest('.card')?.id) && !(slides && section?.hasAttribute('data-rests'))) continue
        stamps[id] = 'later'
        late.add(id)
      }
    }
    ctx.request.headers[header] = textOf(stamps)
  })

  document.addEventListener('htmx:before:swap', ({ detail: { ctx } }) => {
    if (ctx.sourceElement !== form || !ctx.response) return
    kept = [...typed].filter((field) => !field.hasAttribute('hx-morph-skip'))
    for (const field of kept) field.setAttribute('hx-morph-skip', '')
    const text = ctx.response.headers.get(header)
    // No stamps: all of the form, which carries its own, or a wrong input.
    form.dataset.stamps = text === null ? '' : textOf({ ...stampsOf(form), ...parse(text) })
  })

  document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
    if (ctx.sourceElement !== form) return
    for (const field of kept) field.removeAttribute('hx-morph-skip')
    kept = []
    clearTimeout(timer)
    for (const id of Object.keys(stampsOf(form))) {
      const section = document.getElementById(id)
      if (late.has(id)) section?.setAttribute('aria-busy', 'true')
      else if (section?.hasAttribute('aria-busy')) section.removeAttribute('aria-busy')
    }
    if (late.size > 0) timer = setTimeout(() => form.dispatchEvent(new Event('catchup')), rest)
  })
}

const stampsOf = (form) => parse(form.dataset.stamps ?? '')
const parse = (text) => Object.fromEntries(text.split(' ').filter(Boolean).map((word) => word.split(':')))
const textOf = (stamps) => Object.entries(stamps).map((pair) => pair.join(':')).join(' ')
