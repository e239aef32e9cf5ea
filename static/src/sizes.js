// What somebody asks for in the search of node types: sizes, prices and parts of names.
// "8 vcpu 32 gib", "8x32", "8 32", "at least 16 gib", "under 0.2", "$0.10", "under $150 a
// month", "m6i", "arm64". A size without more is exact; a price is as exact as it is written.

const least = /^(over|above|more than|at least|from|min|>=?|≥)$/
const most = /^(under|below|less than|up to|at most|max|<=?|≤)$/

const asked = new RegExp('(?<=^|\\s)(?:(over|above|more than|at least|from|min|>=?|≥|under|below|less than|up to|at most|max|<=?|≤)\\s*)?' +
  '(\\$)?\\s*(\\d+(?:\\.\\d+)?|\\.\\d+)(\\+)?\\s*(v?cpus?|cores?|gib|gb|gi|g|\\$|usd)?' +
  '(?:\\s*(?:/|an?\\s|per\\s)\\s*(h|hr|hour|mo|month))?(?=[\\s,]|$)', 'g')

// queryOf returns a test of what a row holds: { text, vCPU, GiB, hourlyUSD, monthlyUSD }.
export function queryOf(typed) {
  const text = typed.toLowerCase().replaceAll(/(?<=^|\s)(\d+)\s*[x×:/]\s*(\d+)(?=\s|$|g)/g, '$1 vcpu $2 gib')
  const tests = []
  const bare = [] // numbers that do not say what they are
  const rest = text.replaceAll(asked, (_, bound = '', dollar, number, plus, unit = '', time) => {
    const n = Number(number)
    const fits = plus || least.test(bound) ? (v) => v >= n : most.test(bound) ? (v) => v <= n : null
    if (/cpu|core/.test(unit)) tests.push((row) => (fits ?? ((v) => v === n))(row.vCPU))
    else if (unit.startsWith('g')) tests.push((row) => (fits ?? ((v) => v === n))(row.GiB))
    else if (dollar || unit || time || bound || number.includes('.')) tests.push((row) => costs(row, time, fits ?? about(number)))
    else bare.push(n)
    return ' '
  })
  if (bare.length === 1) tests.push((row) => row.vCPU === bare[0] || row.GiB === bare[0])
  else if (bare.length > 1) tests.push((row) => row.vCPU === bare[0] && row.GiB === bare[1])
  for (const word of rest.split(/[\s,]+/)) {
    if (word && !idle.has(word)) tests.push((row) => row.text.includes(word))
  }
  return (row) => tests.every((fits) => fits(row))
}

// idle words ask for nothing: the cheapest stand first anyway.
const idle = new Set(['cheapest', 'cheap', 'and', 'with', 'ram', 'memory', 'vcpu', 'cpu', 'gib', 'gb', '$'])

function costs(row, time, fits) {
  if (time) return fits(time.startsWith('m') ? row.monthlyUSD : row.hourlyUSD)
  return fits(row.hourlyUSD)
}

// about accepts what is this number when written with as many decimals.
function about(number) {
  const decimals = number.split('.')[1]?.length ?? 0
  return (v) => Math.abs(v - Number(number)) <= 0.5 / 10 ** decimals + 1e-9
}
