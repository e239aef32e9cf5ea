// Saving a chart: the drawing as SVG or PNG with the colours it has on the page, its rows
// as CSV.

import { download, saveRows } from './rows.js'

const painted = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'opacity', 'fill-opacity', 'font-size', 'font-family', 'font-weight', 'text-anchor']

export function saveSVG(figure) {
  download(new Blob([standalone(figure)], { type: 'image/svg+xml' }), name(figure, 'svg'))
}

export async function savePNG(figure) {
  const image = new Image()
  image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(standalone(figure))
  await image.decode()
  const { width, height } = image
  const canvas = document.createElement('canvas')
  const scale = 2
  canvas.width = width * scale
  canvas.height = height * scale
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height)
  canvas.toBlob((blob) => download(blob, name(figure, 'png')))
}

export function saveCSV(figure) {
  saveRows(figure.querySelector('table'), name(figure, 'csv'))
}

const edge = 16 // px around the drawing
const headline = 28 // px that the title takes

// standalone is the drawing with its looks written into it, for programs without our
// stylesheet: on its own ground, under its title, over its legend.
function standalone(figure) {
  const svg = figure.querySelector('.plot svg')
  const copy = svg.cloneNode(true)
  const originals = [svg, ...svg.querySelectorAll('*')]
  const copies = [copy, ...copy.querySelectorAll('*')]
  originals.forEach((original, i) => {
    const look = getComputedStyle(original)
    for (const property of painted) copies[i].setAttribute(property, look.getPropertyValue(property))
  })
  const { width, height } = svg.getBoundingClientRect()
  const card = getComputedStyle(figure.closest('.card') ?? document.body)
  const words = { 'font-family': card.fontFamily, 'font-size': 12, fill: card.color, stroke: 'none' }
  const list = figure.querySelector('.legend')
  const whole = [width + 2 * edge, height + headline + 2 * edge + (list ? list.offsetHeight + edge / 2 : 0)]
  const page = element('svg', { xmlns: svgSpace, width: whole[0], height: whole[1], viewBox: `0 0 ${whole.join(' ')}`, role: 'img', 'aria-label': figure.dataset.title })
  page.append(
    element('rect', { width: '100%', height: '100%', fill: card.backgroundColor }),
    element('text', { ...words, x: edge, y: edge + 12, 'font-size': 14, 'font-weight': 600 }, figure.dataset.title),
    legend(list, words, height + headline + 1.5 * edge),
    copy,
  )
  for (const [name, value] of Object.entries({ x: edge, y: edge + headline, width, height, overflow: 'visible' })) copy.setAttribute(name, value)
  return new XMLSerializer().serializeToString(page)
}

// legend repeats the list under a chart where it lies on the page.
function legend(list, words, top) {
  const group = element('g', { transform: `translate(${edge} ${top})` })
  const from = list?.getBoundingClientRect()
  for (const item of list?.children ?? []) {
    const { left, top: at } = item.getBoundingClientRect()
    const mark = item.querySelector('svg > *')
    const look = getComputedStyle(mark)
    const x = left - from.left
    const y = at - from.top
    group.append(
      element('rect', { x, y: y + 4, width: 14, height: 10, rx: 2, fill: look.fill === 'none' ? look.stroke : look.fill, stroke: look.stroke }),
      element('text', { ...words, x: x + 24, y: y + 13 }, item.textContent.trim()),
    )
  }
  return group
}

const svgSpace = 'http://www.w3.org/2000/svg'

function element(kind, attributes, text = '') {
  const made = document.createElementNS(svgSpace, kind)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.textContent = text
  return made
}

const name = (figure, ending) => `meshplan-${figure.dataset.chart}.${ending}`
