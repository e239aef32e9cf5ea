// The table editor of workloads: add and remove rows, and paste from a spreadsheet (TSV)
// or a CSV file into it, starting at the cell that has the focus, or with headings by name.
import { announce } from './form.js'
import { numberOf, optionOf, rowsOf } from './pasted.js'

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
      (next?.querySelector('[data-remove-row]') ?? document.querySelector('[data-add-row]')).focus()
      announce(body())
    }
  })
  document.addEventListener('paste', (event) => {
    const card = event.target.closest?.('.workloads')
    const text = event.clipboardData?.getData('text/plain') ?? ''
    if (!card || !body() || !/[\t\n]/.test(text.trim())) return
    event.preventDefault()
    asRows()
    tell(fill(event.target.closest('td'), rowsOf(text, keys())))
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

const keys = () => [...body().closest('table').tHead.rows[0].cells].map((head) => head.dataset.key)

// fill writes rows from a cell on, or from a new row on; with headings each value goes to
// its column. It returns what could not be taken over, in words.
function fill(cell, { rows, columns }) {
  const first = cell && !columns ? [...cell.parentElement.children].indexOf(cell) : 0
  const trouble = []
  let row = cell?.parentElement
  rows.forEach((values, n) => {
    row ??= addRow()
    if (!row) return
    values.forEach((value, i) => {
      const at = columns ? keys().indexOf(columns[i]) : first + i
      const input = row.children[at]?.querySelector('input:not([type=hidden]), select')
      if (input && !take(input, value)) trouble.push(`“${value.slice(0, 40)}” in row ${n + 1} is no ${body().closest('table').tHead.rows[0].cells[at].textContent}`)
    })
    row = row.nextElementSibling
    if (!row && n + 1 < rows.length && body().children.length >= Number(body().dataset.most)) {
      trouble.push(`${rows.length - n - 1} of ${rows.length} rows are left out: this table takes ${body().dataset.most}. Import a longer list as a file`)
      rows.length = n + 1
    }
  })
  const unknown = columns?.filter((name) => !name).length
  if (unknown) trouble.push(`${unknown} of ${columns.length} columns have a heading that is not one of this table's, and are left out`)
  return trouble
}

// take writes a value into a cell; false if the cell cannot hold it.
function take(input, value) {
  if (input.tagName === 'SELECT') {
    const option = optionOf(value, [...input.options].map((o) => o.value))
    if (option !== undefined) input.value = option
    return option !== undefined
  }
  const text = input.type === 'number' ? numberOf(value) : value
  input.value = text
  return input.value === text
}

const mostTold = 5

function tell(trouble) {
  const note = document.getElementById('pasted')
  note.hidden = trouble.length === 0
  const more = trouble.length > mostTold ? ` And ${trouble.length - mostTold} more.` : ''
  note.textContent = trouble.slice(0, mostTold).map((words) => words + '.').join(' ') + more
  if (trouble.length > 0) document.getElementById('status').textContent = note.textContent
}
