// What is pasted into the table of workloads: cells of a spreadsheet (TSV) or lines of a
// CSV file, with or without a row of headings, in the numbers of any country.
import { dsvFormat } from 'd3-dsv'

// Headings that people give the columns, besides the table's own.
const headings = {
  ns: 'namespace', workload: 'name', service: 'name', deployment: 'name', pods: 'replicas',
  cpu: 'pod_cpu_m', cpu_m: 'pod_cpu_m', cpu_request: 'pod_cpu_m', cpu_request_m: 'pod_cpu_m',
  memory: 'pod_memory_mib', memory_mib: 'pod_memory_mib', memory_request: 'pod_memory_mib', memory_request_mib: 'pod_memory_mib', mem: 'pod_memory_mib',
  rps: 'rps_per_pod', mesh: 'in_mesh',
}

// rowsOf are the cells of a text, and the names of its columns if it has headings.
export function rowsOf(text, names) {
  const rows = dsvFormat(markOf(text)).parseRows(text.replace(/^\uFEFF/, '').trim()).map((row) => row.map((cell) => cell.trim()))
  const columns = rows[0].map((cell) => {
    const key = cell.toLowerCase().replace(/[^a-z]+/g, '_').replace(/^_|_$/g, '')
    return names.includes(key) ? key : headings[key]
  })
  const named = columns.filter(Boolean).length
  const headed = named >= Math.min(2, rows[0].length) && rows.length > 1
  return { rows: headed ? rows.slice(1) : rows, columns: headed ? columns : undefined }
}

// markOf is what separates cells: where a comma is in the numbers, CSV has semicolons.
function markOf(text) {
  if (text.includes('\t')) return '\t'
  const count = (mark) => text.split(/\r?\n/, 1)[0].split(mark).length
  return count(';') > count(',') ? ';' : ','
}

// numberOf writes a number as the field takes it: 1,5 and 1.234,5 as 1.5 and 1234.5; 250m,
// 512Mi and 1Gi as CPU in millicores and memory in MiB. Anything else stays as it is.
export function numberOf(text) {
  const [, amount, unit] = /^([\d.,\s']+?)\s*(m|Mi|MiB|Gi|GiB)?$/.exec(text) ?? []
  if (!amount) return text
  let plain = amount.replace(/[\s']/g, '')
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain)) plain = plain.replaceAll(',', '')
  else if (/^\d{1,3}(\.\d{3})+,\d+$/.test(plain) || /^\d+,\d+$/.test(plain)) plain = plain.replaceAll('.', '').replace(',', '.')
  if (!/^\d+(\.\d+)?$/.test(plain)) return text
  return unit?.startsWith('G') ? String(Number(plain) * 1024) : plain
}

// optionOf is the value of a list that a text means; undefined for none.
export function optionOf(text, options) {
  const word = text.toLowerCase()
  const meant = { yes: 'y', true: 'y', 1: 'y', no: 'n', false: 'n', 0: 'n' }[word]
  return options.find((value) => value.toLowerCase() === word || value === meant)
}
