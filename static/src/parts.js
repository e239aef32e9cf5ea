// Slow analyses follow the plan: each [data-part] is fetched for the scenario on the page
// when the inputs rest, one after the other, and says so while it is out of date.

const rest = 250 // ms without a new plan
let timer
let running = new AbortController()

export function startParts(htmx) {
  const form = document.querySelector('form.scenario')
  if (!form) return
  const scenario = () => new URLSearchParams(new FormData(form)).toString()

  const load = async () => {
    running.abort()
    running = new AbortController()
    const { signal } = running
    const body = scenario()
    for (const part of document.querySelectorAll('[data-part]')) {
      if (part.asked === body) continue
      try {
        const response = await fetch(part.dataset.part, {
          method: 'POST', body, signal, headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'HX-Request': 'true' },
        })
        if (!response.ok) throw new Error(`${part.dataset.part} answers ${response.status}`)
        const text = await response.text()
        if (signal.aborted) return
        await htmx.swap({ text, target: part.querySelector('.body'), swap: 'innerMorph', sourceElement: part })
        part.asked = body
      } catch (error) {
        if (error.name === 'AbortError') return
        part.querySelector('.body').textContent = 'This could not be loaded. Change an input or reload the page to try again.'
        part.asked = body
      }
      part.removeAttribute('aria-busy')
    }
  }
  const schedule = () => {
    const body = scenario()
    for (const part of document.querySelectorAll('[data-part]')) {
      if (part.asked !== body) part.setAttribute('aria-busy', 'true')
    }
    clearTimeout(timer)
    timer = setTimeout(load, rest)
  }
  document.addEventListener('htmx:after:swap', ({ detail }) => { if (detail.ctx.sourceElement === form) schedule() })
  schedule()
}
