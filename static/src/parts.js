// Slow analyses follow the plan: each [data-part] is asked for when the inputs rest, one
// after the other. A long one tells how far it has come and can be stopped; what it has
// found by then is shown.

import { idle } from './idle.js'

const rest = 250 // ms without a new plan
let timer
let running = new AbortController()

export function startParts(htmx) {
  const form = document.querySelector('form.scenario')
  if (!form) return
  const scenario = () => new URLSearchParams(new FormData(form)).toString()
  const parts = () => document.querySelectorAll('[data-part]')
  const cards = () => document.querySelectorAll('#answers .card')

  let asking = false // for an answer, which may say that an input is wrong
  const wait = () => {
    clearTimeout(timer)
    timer = setTimeout(load, rest)
  }
  const load = async () => {
    if (asking) return wait()
    timer = undefined
    running.abort() // the server then stops working for the scenario before
    running = new AbortController()
    const { signal } = running
    const body = scenario()
    // What the first screen repeats comes first, and what takes longest delays nothing else.
    for (const part of [...parts()].sort((a, b) => a.dataset.turn - b.dataset.turn)) {
      if (part.asked === body) {
        part.removeAttribute('aria-busy')
        continue
      }
      if (part.dataset.turn === '2') form.removeAttribute('data-updating') // no number elsewhere is of this one
      try {
        const text = await follow(part, body, signal)
        await htmx.swap({ text, target: part.querySelector('.body'), swap: 'innerMorph', sourceElement: part })
      } catch (error) {
        if (signal.aborted) return
        part.querySelector('.body').textContent = error.told ?? 'This could not be loaded. Change an input or reload the page to try again.'
      }
      part.asked = body
      part.removeAttribute('aria-busy')
    }
    form.removeAttribute('data-updating')
    for (const card of cards()) {
      await idle()
      if (signal.aborted) return
      card.setAttribute('data-laid', '')
    }
  }
  const schedule = () => {
    for (const part of parts()) if (!part.hasAttribute('aria-busy')) part.setAttribute('aria-busy', 'true')
    form.setAttribute('data-updating', '') // what repeats their numbers elsewhere
    for (const card of cards()) card.removeAttribute('data-laid')
    wait()
  }
  document.addEventListener('input', () => { if (timer) wait() })
  document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => { asking ||= ctx.sourceElement === form })
  document.addEventListener('htmx:finally:request', ({ detail: { ctx } }) => { if (ctx.sourceElement === form) asking = false })
  document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
    if (ctx.sourceElement !== form || ctx.sourceEvent?.type === 'catchup') return
    if (!ctx.hx?.retarget) return schedule()
    clearTimeout(timer) // what is wrong has no analyses
    timer = undefined
  })
  document.addEventListener('click', ({ target }) => {
    const again = target.closest('[data-again]')
    if (!again) return
    const part = again.closest('[data-part]')
    part.asked = undefined
    part.querySelector('h2').focus() // the button goes away
    schedule()
  })
  schedule()
}

// follow works a part out and answers with its text.
async function follow(part, body, signal) {
  const run = part.querySelector('.run')
  const again = part.querySelector('[data-again]')
  again.hidden = true
  try {
    const response = await fetch(part.dataset.part, {
      method: 'POST', body, signal,
      headers: { Accept: 'text/event-stream', 'Content-Type': 'application/x-www-form-urlencoded', 'HX-Request': 'true' },
    })
    if (!response.ok) throw new Error(`${part.dataset.part} answers ${response.status}`)
    for await (const { name, data } of events(response.body)) {
      if (name === 'run') offerStop(run, JSON.parse(data).stop, again)
      else if (name === 'progress') show(run, JSON.parse(data))
      else if (name === 'problem') throw Object.assign(new Error('the run failed'), { told: JSON.parse(data).detail })
      else if (name === 'result') return data
    }
    throw new Error(`${part.dataset.part} ends without a result`)
  } finally {
    run.hidden = true
  }
}

function offerStop(run, address, again) {
  const stop = run.querySelector('[data-stop]')
  const bar = run.querySelector('progress')
  bar.removeAttribute('value')
  run.querySelector('.far').textContent = 'waiting for its turn'
  stop.disabled = false
  stop.onclick = () => {
    stop.disabled = true
    again.hidden = false
    fetch(address, { method: 'DELETE' })
  }
  run.hidden = false
}

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: 0 })

function show(run, { done, total, packing }) {
  const bar = run.querySelector('progress')
  bar.max = Math.max(total, 1)
  bar.value = packing ? Math.max(bar.value, done + packing.step / Math.max(packing.steps, 1)) : done
  run.querySelector('.far').textContent = `${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} ${run.dataset.counts}`
  if (packing) {
    const { title, monthly_cost_usd: cost, monthly_cost_lower_bound_usd: bound } = packing
    run.querySelector('.far').textContent += `; ${title}: ${dollars.format(cost)} a month for nodes to buy, proved no less than ${dollars.format(bound)}`
  }
}

// events reads server-sent events from the body of an answer.
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    const blocks = (rest + value).split('\n\n')
    rest = blocks.pop()
    for (const block of blocks) {
      const event = { name: 'message', data: [] }
      for (const line of block.split('\n')) {
        if (line.startsWith('event: ')) event.name = line.slice(7)
        else if (line.startsWith('data: ')) event.data.push(line.slice(6))
      }
      yield { name: event.name, data: event.data.join('\n') }
    }
  }
}
