// The address bar holds the scenario. A gesture (a drag, a typed number, a click) is one
// history entry, so undo and redo are the browser's own back and forward.

import { asOne } from './workloads.js'

const lastStep = 'meshplan.last-step'
const pause = 200 // ms without an answer

export function startHistory(htmx) {
  const form = document.getElementById('planner')
  if (!form) return
  let open = false // a gesture is under way

  // A browser works longer on a new address than the planner on an answer: within a gesture
  // it follows when answers pause, at the latest when the gesture ends.
  let address, timer
  const write = () => {
    clearTimeout(timer)
    if (address) history.replaceState(history.state, '', address)
    address = undefined
  }

  const step = () => history.state?.step ?? 0
  const show = () => {
    document.getElementById('undo').disabled = step() === 0
    document.getElementById('redo').disabled = step() >= Number(sessionStorage.getItem(lastStep) ?? 0)
  }

  if (history.state?.step === undefined) {
    history.replaceState({ step: 0 }, '', location.search ? location.href : form.dataset.address + location.hash)
    sessionStorage.setItem(lastStep, 0)
  }
  show()

  document.addEventListener('input', ({ target }) => {
    if (open || !form.contains(target)) return
    open = true
    write()
    history.pushState({ step: step() + 1 }, '', location.href)
    sessionStorage.setItem(lastStep, step())
    show()
  }, true)
  document.addEventListener('change', () => {
    open = false
    write()
  })

  document.addEventListener('htmx:before:swap', ({ detail }) => {
    address = detail.ctx.response?.headers.get('HX-Replace-Url') ?? address
    clearTimeout(timer)
    if (open) timer = setTimeout(write, pause)
    else write()
  })

  window.addEventListener('popstate', async ({ state }) => {
    if (state?.step === undefined) return
    address = undefined // it belongs to the entry that was left
    show()
    const asked = location.href
    const text = await (await fetch(asked)).text()
    if (location.href !== asked) return // gone further meanwhile
    for (const kept of form.querySelectorAll('#workloads')) kept.removeAttribute('hx-morph-skip')
    await htmx.swap({ text, target: form, select: '#planner', swap: 'outerMorph', sourceElement: form })
    form.reset() // what was typed gives way to what the address says
    asOne()
  })

  document.getElementById('undo').addEventListener('click', () => history.back())
  document.getElementById('redo').addEventListener('click', () => history.forward())
}
