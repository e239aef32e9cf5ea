// Charts are drawn from the rows that the server renders: a figure holds a table, and its
// data-chart says which drawing shows it. The table stays as the accessible twin.
import { drawings } from './drawings.js'
import { attended, idle } from './idle.js'
import { saveCSV, savePNG, saveSVG } from './save.js'
import { contentOf, rowsOf, startTables } from './tables.js'

const seen = new WeakMap() // figure → what was drawn

export function startCharts() {
  startTables()
  drawSoon()
  document.addEventListener('htmx:after:swap', drawSoon)
  window.addEventListener('beforeprint', drawAll)
  document.addEventListener('click', ({ target }) => {
    const button = target.closest('.chart button')
    if (!button) return
    const figure = button.closest('.chart')
    const act = { svg: saveSVG, png: savePNG, csv: saveCSV }[button.dataset.save]
    if (act) act(figure)
    if (button.dataset.show) {
      figure.dataset.shown = button.dataset.show
      for (const other of figure.querySelectorAll('[data-show]')) other.setAttribute('aria-pressed', other === button)
      draw(figure)
    }
  })
}

// Numbers are painted first. While answers keep coming, the drawings in sight follow now
// and then, each in a task of its own; the others when the browser has nothing to do, so
// that they take their space before somebody scrolls to them.
let waiting = false
function drawSoon() {
  if (!waiting) {
    waiting = true
    setTimeout(() => {
      waiting = false
      drawEach([...figures()].filter((figure) => inSight.has(figure)))
    }, 100)
  }
  clearTimeout(resting)
  resting = setTimeout(async () => {
    await attended
    for (const figure of figures()) {
      await idle()
      if (figure.isConnected) draw(figure)
    }
  }, 400)
}

let resting

function drawEach(list) {
  const figure = list.shift()
  if (!figure) return
  if (figure.isConnected) draw(figure)
  if (list.length > 0) setTimeout(() => drawEach(list))
}

const inSight = new WeakSet()
const watched = new WeakSet()

const sight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) inSight.add(target)
    else inSight.delete(target)
  }
  drawEach(entries.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target))
}, { rootMargin: '50%' })

const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) if (target.firstChild) draw(target.closest('.chart'))
})

function figures() {
  const all = document.querySelectorAll('.chart[data-chart]')
  for (const figure of all) {
    if (watched.has(figure)) continue
    watched.add(figure)
    sight.observe(figure)
    widths.observe(figure.querySelector('.plot'))
  }
  return all
}

function drawAll() {
  for (const figure of figures()) draw(figure)
}

function draw(figure) {
  const slot = figure?.querySelector('.plot')
  const width = Math.round(slot?.clientWidth ?? 0)
  if (width < 200) return // less than the margins take: the page is being laid out
  const table = figure.querySelector('table')
  const key = [width, figure.dataset.shown, figure.dataset.at, contentOf(table)].join('|')
  if (seen.get(figure) === key && slot.firstChild) return
  seen.set(figure, key)
  const svg = drawings[figure.dataset.chart](rowsOf(table), { width, shown: figure.dataset.shown, at: Number(figure.dataset.at), ...alsoOf(figure) })
  for (const style of svg.querySelectorAll('style')) style.remove() // charts.css has the rules; the policy allows no inline style
  for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label') // one image, one name
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', figure.dataset.title)
  slot.replaceChildren(svg)
}

// alsoOf reads the other tables of a figure, by the name in their data-also.
function alsoOf(figure) {
  return Object.fromEntries([...figure.querySelectorAll('table[data-also]')].map((table) => [table.dataset.also, rowsOf(table)]))
}
