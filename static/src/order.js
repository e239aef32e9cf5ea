// The order of the roll-out: a list whose rows are dragged, moved by buttons or numbered.
// In the planner it is the input rollout_order, so the order is part of the link; on the
// decision's page it is a form, which works without this script too.
import { announce } from './form.js'

const rows = (list) => [...list.children]
const listOf = (element) => element.closest('[data-order]')

export function startOrder() {
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-move]')
    if (!button || !field()) return // without the input the form does it
    event.preventDefault()
    const row = button.closest('li')
    if (!row) return write('')
    const list = listOf(row)
    place(row, rows(list).indexOf(row) + Number(button.dataset.move))
    const again = button.disabled ? row.querySelector('[data-move]:not([disabled])') : button
    again.focus()
  })
  document.addEventListener('change', ({ target }) => {
    if (target.name !== 'page.place' || !listOf(target)) return
    place(target.closest('li'), Number(target.value) - 1)
    target.focus()
  })
  drag()
}

const field = () => document.querySelector('#planner [name="rollout_order"]')

function write(order) {
  field().value = order
  announce(field())
}

// place puts a row at a position, numbers all of them and keeps the order.
function place(row, at) {
  const list = listOf(row)
  const others = rows(list).filter((other) => other !== row)
  list.insertBefore(row, others[Math.max(0, Math.min(at, others.length))] ?? null)
  keep(list)
}

function keep(list) {
  rows(list).forEach((row, i, all) => {
    row.querySelector('[name="page.place"]').value = i + 1
    row.querySelector('[data-move="-1"]').disabled = i === 0
    row.querySelector('[data-move="1"]').disabled = i === all.length - 1
  })
  if (field()) write(rows(list).map((row) => row.dataset.unit).join(','))
  else document.getElementById('order')?.requestSubmit()
}

// Pointers drag by the grip: mouse, pen and finger alike.
function drag() {
  let row
  let start
  document.addEventListener('pointerdown', (event) => {
    const grip = event.target.closest('.order .grip')
    if (!grip || event.button !== 0) return
    event.preventDefault()
    row = grip.closest('li')
    start = rows(listOf(row)).indexOf(row)
    row.classList.add('dragged')
    grip.setPointerCapture(event.pointerId)
  })
  document.addEventListener('pointermove', ({ clientY }) => {
    if (!row) return
    const list = listOf(row)
    const next = rows(list).find((other) => {
      const { top, height } = other.getBoundingClientRect()
      return other !== row && clientY < top + height / 2
    })
    if (row.nextElementSibling !== (next ?? null)) list.insertBefore(row, next ?? null)
  })
  const drop = (event) => {
    if (!row) return
    row.classList.remove('dragged')
    const list = listOf(row)
    if (event.type === 'pointercancel') list.insertBefore(row, rows(list).filter((other) => other !== row)[start] ?? null)
    else if (rows(list).indexOf(row) !== start) keep(list)
    row = undefined
  }
  document.addEventListener('pointerup', drop)
  document.addEventListener('pointercancel', drop)
}
