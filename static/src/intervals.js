// Ranges instead of one value: choosing a figure opens a row for it, and rows can be
// taken away again. A pointer goes into the row at once; with keys the row follows the
// choice, and Enter goes into it.
import { announce } from './form.js'

let opened // the figure whose row is awaited
let byKeys = false

export function startIntervals() {
  document.addEventListener('pointerdown', () => { byKeys = false })
  document.addEventListener('keydown', (event) => {
    if (event.target.id !== 'add-interval') return
    byKeys = event.key !== 'Enter'
    if (byKeys) return
    event.preventDefault()
    enter()
  })
  document.addEventListener('change', ({ target }) => {
    if (target.id === 'add-interval') opened = target.value
  })
  document.addEventListener('focusout', ({ target }) => {
    if (target.id === 'add-interval' && rowOf(opened)) close(target)
  })
  document.addEventListener('htmx:after:swap', () => { if (!byKeys) enter() })
  document.addEventListener('click', ({ target }) => {
    const button = target.closest('[data-remove-interval]')
    if (!button) return
    const row = button.closest('.interval')
    const choice = document.getElementById('add-interval')
    row.remove()
    choice.focus()
    announce(choice)
  })
}

const rowOf = (name) => name && document.getElementById('interval-' + name)

function enter() {
  const row = rowOf(opened)
  if (!row) return
  close(document.getElementById('add-interval'))
  row.querySelector('input[type="number"]').focus()
}

// close ends the choice: the row carries the name from now on.
function close(choice) {
  opened = undefined
  choice.value = ''
}
