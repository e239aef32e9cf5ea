// Ranges instead of one value: choosing a figure opens a row for it, and rows can be
// taken away again.
import { announce } from './form.js'

let opened // the figure whose row is awaited

export function startIntervals() {
  document.addEventListener('change', ({ target }) => {
    if (target.id === 'add-interval') opened = target.value
  })
  document.addEventListener('htmx:after:swap', () => {
    const choice = document.getElementById('add-interval')
    const row = opened && document.getElementById('interval-' + opened)
    if (!row) return
    opened = undefined
    choice.value = '' // the row carries the name from now on
    row.querySelector('input[type="number"]').focus()
  })
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
