// Small behaviours of the page: theme, menus, copying, printing, searching, dropping files,
// and the one polite status line.

import { queryOf } from './sizes.js'

export function startTools() {
  click('[data-theme-switch]', switchTheme)
  click('[data-print]', () => window.print())
  click('[data-copy]', copy)
  click('[data-try]', tryRequest)
  closeLooseEnds()
  search()
  dropFiles()
  showUpload()
  exampleBodies()
  speak()
}

function click(selector, act) {
  document.addEventListener('click', (event) => {
    const button = event.target.closest(selector)
    if (button) act(button, event)
  })
}

// The choice is a cookie, so that the server paints the page right from the start.
function switchTheme() {
  const root = document.documentElement
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  root.dataset.theme = dark ? 'light' : 'dark'
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy)
  const text = source ? source.value ?? source.textContent : location.href
  const words = button.textContent
  try {
    await navigator.clipboard.writeText(text)
    button.textContent = 'Copied'
  } catch {
    button.textContent = 'Press Ctrl+C'
    if (source?.select) source.select()
  }
  setTimeout(() => { button.textContent = words }, 1600)
}

// tryRequest sends what the form of an operation says: parts of the path, query, headers
// and body, and shows the answer as it came.
async function tryRequest(button) {
  const form = button.closest('form')
  const output = form.querySelector('output')
  const part = (name) => form.querySelector(`[data-goes=${name}]`)?.value ?? ''
  const given = (kind) => [...form.querySelectorAll(`[data-in=${kind}]`)].filter(({ value }) => value !== '')
  let address = form.getAttribute('action') + part('suffix')
  for (const field of given('path')) address = address.replace(`{${field.name}}`, encodeURIComponent(field.value))
  const query = [...given('query').map(({ name, value }) => name + '=' + encodeURIComponent(value)), part('query')].filter(Boolean).join('&')
  if (query) address += '?' + query
  const method = form.dataset.method ?? 'GET'
  const request = { method, headers: Object.fromEntries(given('header').map(({ name, value }) => [name, value])) }
  if (part('media')) {
    request.headers['Content-Type'] = part('media')
    request.body = part('body')
  }
  output.textContent = 'Asking …'
  try {
    const response = await fetch(address, request)
    output.textContent = `${method} ${address}\n${response.status} ${response.statusText}\n\n${await shown(response)}`
  } catch (error) {
    output.textContent = `${method} ${address}\n\nNo answer: ${error.message}`
  }
}

async function shown(response) {
  const type = response.headers.get('Content-Type') ?? ''
  if (/sheet|octet/.test(type)) return `${(await response.blob()).size} bytes of ${type}`
  const text = await response.text()
  const pretty = /json/.test(type) && text ? JSON.stringify(JSON.parse(text), null, 2) : text
  return pretty.slice(0, 20000)
}

// Another type of body brings its own example.
function exampleBodies() {
  document.addEventListener('change', ({ target }) => {
    if (target.dataset.part !== 'media') return
    target.closest('form').querySelector('[data-goes=body]').value = target.selectedOptions[0].dataset.example
  })
}

// Escape and a click elsewhere close menus and explanations.
function closeLooseEnds() {
  const open = () => document.querySelectorAll('.why[open], .menu[open]')
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    for (const box of open()) {
      box.open = false
      box.querySelector('summary').focus()
    }
  })
  document.addEventListener('click', ({ target }) => {
    if (target.closest('.inputs')) return // an open formula follows what is changed there
    for (const box of open()) if (!box.contains(target)) box.open = false
  })
  // A report shows its reasons and sources; what was closed is closed again afterwards.
  let opened = []
  window.addEventListener('beforeprint', () => {
    for (const box of open()) box.open = false
    opened = [...document.querySelectorAll('#reasons .more:not([open]), #part-used .more:not([open])')]
    for (const box of opened) box.open = true
  })
  window.addEventListener('afterprint', () => { for (const box of opened) box.open = false })
}

function search() {
  const box = document.querySelector('[data-search]')
  if (!box) return
  const elements = [...document.querySelectorAll(box.dataset.search)]
  const rows = elements.map((row) => ({
    row, text: row.textContent.toLowerCase(),
    vCPU: Number(row.dataset.vcpu), GiB: Number(row.dataset.gib), hourlyUSD: Number(row.dataset.hourlyUsd), monthlyUSD: Number(row.dataset.monthlyUsd),
  }))
  const sized = elements[0]?.dataset.vcpu !== undefined
  const byPrice = sized ? rows.toSorted((a, b) => a.hourlyUSD - b.hourlyUSD) : rows
  const count = document.getElementById('found')
  const filter = () => {
    const text = box.value.trim()
    const fits = sized ? queryOf(text) : allWords(text)
    const found = byPrice.filter(fits)
    for (const one of rows) one.row.hidden = true
    for (const { row } of found) row.hidden = false
    // What is looked for by size or price is looked for at its best price.
    if (sized) elements[0].parentElement.append(...(text ? byPrice : rows).map(({ row }) => row))
    const best = sized && text && found.length > 0 ? `; the cheapest is ${found[0].row.dataset.name} at $${found[0].hourlyUSD} an hour` : ''
    count.textContent = `${found.length} of ${rows.length} shown${best}`
  }
  box.addEventListener('input', filter)
  filter()
}

function allWords(typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  return ({ text }) => words.every((word) => text.includes(word))
}

function dropFiles() {
  const zone = document.querySelector('.drop')
  if (!zone) return
  const input = zone.querySelector('input[type=file]')
  for (const name of ['dragenter', 'dragover', 'dragleave', 'drop']) {
    zone.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      zone.classList.toggle('over', name === 'dragenter' || name === 'dragover')
      if (name === 'drop') {
        input.files = event.dataTransfer.files
        zone.closest('form').requestSubmit()
      }
    })
  }
}

// showUpload sends a long file with its progress in sight. The answer is a page, as without
// script; small ones and pasted text go the plain way.
function showUpload() {
  const long = 1 << 20
  document.addEventListener('submit', (event) => {
    const form = event.target
    const file = form.matches('[data-upload]') && form.querySelector('input[type=file]').files[0]
    if (!file || file.size < long) return
    event.preventDefault()
    const bar = form.querySelector('progress')
    const status = form.querySelector('[data-upload-status]')
    const button = form.querySelector('button.primary')
    const ended = (text) => {
      bar.hidden = true
      button.disabled = false
      status.textContent = text
    }
    bar.hidden = false
    button.disabled = true
    const request = new XMLHttpRequest()
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      bar.value = (100 * loaded) / total
      status.textContent = `Sent ${Math.round(bar.value)} % of ${(total / 1e6).toFixed(1)} MB`
    })
    request.upload.addEventListener('load', () => {
      bar.removeAttribute('value')
      status.textContent = 'Sent. It is being read.'
    })
    request.addEventListener('error', () => ended('The connection was lost. Send it again.'))
    request.addEventListener('load', () => {
      const main = new DOMParser().parseFromString(request.responseText, 'text/html').querySelector('main')
      if (!main) return ended(`The server answered ${request.status}. Send it again later.`)
      document.querySelector('main').replaceWith(main)
      dropFiles()
      scrollTo(0, 0)
    })
    request.open(form.method, form.action)
    request.send(new FormData(form))
  })
}

// speak says the verdict once the page rests, instead of every frame of a drag.
function speak() {
  const status = document.getElementById('status')
  let timer
  document.addEventListener('htmx:after:swap', () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      const verdict = document.querySelector('.verdict h1')?.textContent.trim()
      if (status && verdict && status.textContent !== verdict) status.textContent = verdict
    }, 800)
  })
}
