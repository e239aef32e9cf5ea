// Saving a chart: the drawing as SVG or PNG with the colours it has on the page, its rows
// as CSV.

import { cellsOf } from './tables.js'

const painted = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'opacity', 'fill-opacity', 'font-size', 'font-family', 'font-weight', 'text-anchor']

export function saveSVG(figure) {
  download(new Blob([standalone(figure)], { type: 'image/svg+xml' }), name(figure, 'svg'))
}

export async function savePNG(figure) {
  const { width, height } = figure.querySelector('.plot svg').getBoundingClientRect()
  const image = new Image()
  image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(standalone(figure))
  await image.decode()
  const canvas = document.createElement('canvas')
  const scale = 2
  canvas.width = width * scale
  canvas.height = height * scale
  const paint = canvas.getContext('2d')
  paint.fillStyle = getComputedStyle(figure.closest('.card') ?? document.body).backgroundColor
  paint.fillRect(0, 0, canvas.width, canvas.height)
  paint.drawImage(image, 0, 0, canvas.width, canvas.height)
  canvas.toBlob((blob) => download(blob, name(figure, 'png')))
}

export function saveCSV(figure) {
  saveRows(figure.querySelector('table'), name(figure, 'csv'))
}

// saveTable saves the table before a button, under the name of what is around it.
export function saveTable(button) {
  const table = button.parentElement.previousElementSibling
  const label = table.closest('[aria-label]')?.getAttribute('aria-label') ?? table.closest('section, main').querySelector('h1, h2, h3')?.textContent ?? 'table'
  saveRows(table, `meshplan-${label.trim().toLowerCase().replace(/[^a-z0-9]+/g, '-')}.csv`)
}

function saveRows(table, filename) {
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

// standalone is the drawing with its looks written into it, for programs without our stylesheet.
function standalone(figure) {
  const svg = figure.querySelector('.plot svg')
  const copy = svg.cloneNode(true)
  const originals = [svg, ...svg.querySelectorAll('*')]
  const copies = [copy, ...copy.querySelectorAll('*')]
  originals.forEach((original, i) => {
    const look = getComputedStyle(original)
    for (const property of painted) copies[i].setAttribute(property, look.getPropertyValue(property))
  })
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  return new XMLSerializer().serializeToString(copy)
}

const name = (figure, ending) => `meshplan-${figure.dataset.chart}.${ending}`

function download(blob, filename) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = filename
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}
