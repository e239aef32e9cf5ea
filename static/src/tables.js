// Tables are what charts are drawn from and what CSV is made of. A header cell names its
// column in data-key; a cell may carry its exact value in data-v. The rows of a long table
// come in data-rows of its body, each cell as the text or as [exact value, text], and are
// laid out when somebody opens them.

export function startTables() {
  document.addEventListener('toggle', ({ target }) => { if (target.open) layOut(target) }, true)
  document.addEventListener('htmx:after:swap', () => {
    for (const body of document.querySelectorAll('details[open] tbody[data-rows]')) layOut(body.closest('details'))
  })
}

function layOut(details) {
  for (const body of details.querySelectorAll('tbody[data-rows]')) {
    if (body.rows.length > 0) continue
    const heads = body.closest('table').tHead.rows[0].cells
    for (const cells of JSON.parse(body.dataset.rows)) {
      const row = body.insertRow()
      cells.forEach((cell, i) => {
        const at = row.insertCell()
        at.className = heads[i].className
        at.textContent = Array.isArray(cell) ? cell[1] : cell
      })
    }
  }
}

export const keysOf = (table) => [...table.tHead.rows[0].cells].map((cell) => cell.dataset.key)

// cellsOf are the rows of a table as texts, exact where the table is.
export function cellsOf(table) {
  const body = table.tBodies[0]
  if (body.dataset.rows) return JSON.parse(body.dataset.rows).map((cells) => cells.map((cell) => String(Array.isArray(cell) ? cell[0] : cell)))
  return [...body.rows].map((row) => [...row.cells].map((cell) => cell.dataset.v ?? cell.textContent.trim()))
}

// rowsOf are the rows by column, numbers as numbers and an empty cell as null.
export function rowsOf(table) {
  const keys = keysOf(table)
  return cellsOf(table).map((cells) => Object.fromEntries(cells.map((text, i) => {
    const number = Number(text)
    return [keys[i], text === '' ? null : Number.isNaN(number) ? text : number]
  })))
}

// contentOf tells one content of a table from another.
export const contentOf = (table) => table.tBodies[0].dataset.rows ?? table.textContent
