// Saving a chart: the drawing as SVG or PNG with the colours it has on the page, its rows
// as CSV.

import { download, saveRows } from './rows.js'

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
