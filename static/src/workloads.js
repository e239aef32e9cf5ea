// The table editor of workloads: add and remove rows, and paste from a spreadsheet (TSV)
// or a CSV file into it, starting at the cell that has the focus.
import { announce } from './form.js'

const body = () => document.querySelector('.workloads tbody')

// Rows that nobody has touched travel as one field, since nine fields a row would weigh on
// every answer.
const untouched = () => document.getElementById('untouched')

export function asOne() {
  if (!untouched()?.disabled) return
  for (const cell of body().querySelectorAll('[name]')) cell.setAttribute('form', 'untouched')
  untouched().disabled = false
}

function asRows() {
  for (const cell of body().querySelectorAll('[form]')) cell.removeAttribute('form')
  untouched()?.remove()
}

export function startWorkloads() {
  asOne()
  document.addEventListener('input', ({ target }) => { if (untouched() && target.closest('.workloads')) asRows() }, true)
  document.addEventListener('click', ({ target }) => {
    if (target.closest('[data-add-row], [data-remove-row]')) asRows()
    if (target.closest('[data-add-row]')) {
      const row = addRow()
      if (row) row.querySelector('input').focus()
    }
    const remove = target.closest('[data-remove-row]')
    if (remove) {
      const row = remove.closest('tr')
      const next = row.nextElementSibling ?? row.previousElementSibling
      row.remove()
      next?.querySelector('[data-remove-row]').focus()
      announce(body())
    }
  })
  document.addEventListener('paste', (event) => {
    const cell = event.target.closest?.('.workloads td')
    const text = event.clipboardData?.getData('text/plain') ?? ''
    if (!cell || !/[\t\n]/.test(text.trim())) return
    event.preventDefault()
    asRows()
    fill(cell, rowsOf(text))
    announce(body())
  })
}

function addRow() {
  const rows = body()
  if (rows.children.length >= Number(rows.dataset.most)) return null
  const next = 1 + Math.max(-1, ...[...rows.children].map((row) => Number(row.dataset.row)))
  const holder = document.createElement('template')
  holder.innerHTML = document.getElementById('new-workload').innerHTML.replaceAll('NEW', next)
  const row = holder.content.querySelector('tr')
  rows.append(row)
  return row
}

function rowsOf(text) {
  const mark = text.includes('\t') ? '\t' : ','
  return text.trim().split(/\r?\n/).map((line) => line.split(mark).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')))
}

function fill(cell, rows) {
  const first = [...cell.parentElement.children].indexOf(cell)
  let row = cell.parentElement
  for (const values of rows) {
    if (!row) row = addRow()
    if (!row) return
    values.forEach((value, i) => {
      const input = row.children[first + i]?.querySelector('input:not([type=hidden]), select')
      if (input) input.value = value
    })
    row = row.nextElementSibling
  }
}
