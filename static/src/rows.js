// Saving the rows of a table as CSV.

import { cellsOf } from './tables.js'

// startSaving makes the button behind a table save it, under the name of what is around it.
export function startSaving() {
  document.addEventListener('click', ({ target }) => {
    const button = target.closest('[data-save=table]')
    if (button) saveTable(button)
  })
}

function saveTable(button) {
  const table = button.parentElement.previousElementSibling
  const label = table.closest('[aria-label]')?.getAttribute('aria-label') ?? table.closest('section, main').querySelector('h1, h2, h3')?.textContent ?? 'table'
  saveRows(table, `meshplan-${label.trim().toLowerCase().replace(/[^a-z0-9]+/g, '-')}.csv`)
}

export function saveRows(table, filename) {
  const quote = (text) => /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  const cells = (row) => [...row.cells].flatMap((cell) => [valueOf(cell), ...Array(cell.colSpan - 1).fill('')])
  const rows = table.tBodies[0]?.dataset.rows ? [...[...table.tHead.rows].map(cells), ...cellsOf(table).map((texts) => texts.map(exactly))] : [...table.rows].map(cells)
  const lines = rows.map((texts) => texts.map(quote).join(','))
  download(new Blob([lines.join('\r\n') + '\r\n'], { type: 'text/csv' }), filename)
}

// valueOf is what a spreadsheet gets for a cell: a plain number for a number, and text that
// it does not take for a formula.
function valueOf(cell) {
  const field = cell.querySelector('input:not([type=hidden]), select, textarea')
  if (field) return guarded(field.type === 'checkbox' ? String(field.checked) : field.value)
  const exact = cell.dataset.key ?? cell.dataset.v
  if (exact !== undefined) return exactly(exact)
  const copy = cell.cloneNode(true)
  for (const button of copy.querySelectorAll('button')) button.remove()
  const text = copy.textContent.replace(/\s+/g, ' ').trim()
  const number = text.replace('−', '-').match(/^(?:× ?)?([+-]?)\$?(\d[\d,]*(?:\.\d+)?)( ?%)?$/)
  if (!number || !cell.classList.contains('n')) return guarded(text)
  const plain = number[1].replace('+', '') + number[2].replaceAll(',', '')
  return number[3] ? String(Number((plain / 100).toPrecision(12))) : plain
}

const exactly = (text) => Number.isNaN(Number(text)) ? guarded(text) : text
const guarded = (text) => /^[=+\-@\t\r]/.test(text) ? "'" + text : text

export function download(blob, filename) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = filename
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}
