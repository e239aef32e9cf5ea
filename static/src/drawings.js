// One function per chart: rows of its table in, an SVG by Observable Plot out. Scales,
// axes and ticks are Plot's; colours are the stylesheet's tokens.
import { areaY, axisX, axisY, barX, dot, gridX, gridY, lineY, link, plot, pointerX, rect, ruleX, text, tickX, tip } from '@observablehq/plot'
import { breakeven, latency, outlook, uses } from './decisions.js'

const fills = {
  application: 'var(--application)', proxies: 'var(--proxies)', agents: 'var(--agents)', control_plane: 'var(--control)',
  gateways: 'var(--gateways)', daemonsets: 'var(--system)', observability: 'var(--linkerd)', resilience: 'var(--reserve)', packing: 'var(--system)', total: 'var(--application)', headroom: 'var(--reserve)', stranded: 'var(--free)',
}

const kinds = ['daemonsets', 'agents', 'application', 'proxies', 'control_plane', 'gateways', 'headroom', 'stranded']

const patterns = {
  gateway: { fill: 'var(--gateways)', dash: '1 3' },
  ambient: { fill: 'var(--agents)', dash: '6 3' },
  'ambient-l7': { fill: 'var(--control)', dash: '2 2' },
  linkerd: { fill: 'var(--linkerd)', dash: '9 3 2 3' },
  sidecar: { fill: 'var(--proxies)', dash: '' },
}

const verdicts = { no_mesh: 'var(--application)', none: 'var(--application)', not_yet: 'var(--reserve)', ...Object.fromEntries(Object.entries(patterns).map(([id, { fill }]) => [id, fill])) }

const dollars = (v) => '$' + Math.round(v).toLocaleString('en-US')
const percent = (v) => (v > 0 ? '+' : v < 0 ? '−' : '') + (Math.abs(v) * 100).toFixed(Math.abs(v) < 0.095 && v !== 0 ? 1 : 0) + ' %'
const unique = (values) => [...new Set(values)]

export const drawings = { patterns: cost, nodes, strip, waterfall, bars, cliffs, tornado, distribution, doubling, waves, breakeven, outlook, uses, latency }

function cost(rows, { width }) {
  return plot({
    width, height: 40 + rows.length * 30, marginLeft: 148, marginRight: 72, marginTop: 8,
    x: { label: null, grid: true, ticks: Math.max(1, Math.round((width - 220) / 110)), tickFormat: dollars, zero: true },
    y: { domain: rows.map((r) => r.title), label: null, tickSize: 0, padding: 0.3 },
    marks: [
      barX(rows, { x: 'cost', y: 'title', fill: (r) => verdicts[r.pattern], rx: 2 }),
      tickX(rows, { x: 'bound', y: 'title', stroke: 'var(--ink)', strokeWidth: 2, inset: -3 }),
      text(rows, { x: 'cost', y: 'title', text: (r) => dollars(r.cost), textAnchor: 'start', dx: 6, fill: 'var(--ink)' }),
    ],
  })
}

// nodes draws each node as a column, filled from the bottom; beyond what the width can
// hold, alike nodes become one wide column.
function nodes(rows, { width, shown = 'cpu' }) {
  const titles = unique(rows.map((r) => r.title))
  const columns = []
  for (const title of titles) {
    let at = 0
    for (const row of rows.filter((r) => r.title === title)) {
      let low = 0
      for (const kind of kinds) {
        const high = low + row[`${shown}_${kind}`]
        if (high > low || kind === kinds[0]) columns.push({ title, kind, many: row.count, x1: at, x2: at + row.count, low, high })
        low = high
      }
      at += row.count
    }
  }
  const most = Math.max(...columns.map((c) => c.x2))
  const marginLeft = 148
  const apart = (width - marginLeft) / most > 5 // px a node
  const drawn = apart ? columns.flatMap((c) => Array.from({ length: c.many }, (_, i) => ({ ...c, x1: c.x1 + i, x2: c.x1 + i + 1 }))) : columns
  const totals = titles.map((title) => ({ title, count: Math.max(...columns.filter((c) => c.title === title).map((c) => c.x2)) }))
  return plot({
    width, height: titles.length * 62 + 8, marginLeft, marginRight: 8, marginTop: 4, marginBottom: 4,
    x: { axis: null, domain: [0, Math.max(most, 12)] },
    y: { axis: null, domain: [0, 1] },
    fy: { axis: null, domain: titles, padding: 0.18 },
    marks: [
      rect(drawn, { fy: 'title', x1: 'x1', x2: 'x2', y1: 'low', y2: 'high', fill: (c) => fills[c.kind], insetLeft: apart ? 1 : 0.5, insetRight: apart ? 1 : 0.5 }),
      rect(drawn.filter((c) => c.kind === kinds[0]), { fy: 'title', x1: 'x1', x2: 'x2', y1: 0, y2: 1, fill: 'none', stroke: 'var(--edge)', strokeWidth: 0.75, insetLeft: apart ? 1 : 0.5, insetRight: apart ? 1 : 0.5, rx: 1.5 }),
      text(totals, { fy: 'title', frameAnchor: 'left', dx: -marginLeft, dy: -8, text: 'title', textAnchor: 'start', fill: 'var(--ink)' }),
      text(totals, { fy: 'title', frameAnchor: 'left', dx: -marginLeft, dy: 9, text: (t) => t.count === 1 ? '1 node' : `${t.count.toLocaleString('en-US')} nodes`, textAnchor: 'start' }),
    ],
  })
}

// strip draws the growth or the money of every pattern over the number of services with
// its interval, the thresholds of the presets, and below which verdict holds where.
function strip(rows, { width, at, shown = 'growth', bands = [], thresholds = [] }) {
  const money = shown === 'cost'
  const column = (id) => (money ? `cost_${id}` : id)
  const scale = money ? dollars : percent
  const shapes = money ? { none: { fill: 'var(--application)', dash: '' }, ...patterns } : patterns
  const lines = Object.keys(shapes).filter((id) => rows.some((r) => r[column(id)] !== null && r[column(id)] !== undefined))
  const intervals = lines.map((id) => ({ id, ends: bands.map((b) => ({ services: b.services, low: b[`${shown}_${id}_low`], high: b[`${shown}_${id}_high`] })).filter((e) => e.low !== null && e.high !== null) }))
  const values = [...rows.flatMap((r) => lines.map((id) => r[column(id)])), ...intervals.flatMap(({ ends }) => ends.map((e) => e.high))].filter((v) => v !== null && Number.isFinite(v))
  const top = Math.max(0.1, ...values)
  const band = top * 0.14
  const runs = []
  for (const row of rows) {
    const last = runs.at(-1)
    if (last?.verdict === row.verdict) last.x2 = row.services
    else runs.push({ verdict: row.verdict, title: row.title, x1: last ? last.x2 = row.services : row.services, x2: row.services })
  }
  const [first, end] = [rows[0].services, rows.at(-1).services]
  const root = (v) => Math.sqrt(v)
  const wide = runs.filter((r) => (root(r.x2) - root(r.x1)) / (root(end) - root(first)) * (width - 128) > 7 * String(r.title).length + 8)
  const near = lines.flatMap((id) => nearby(rows, id, column(id)))
  const named = lines.map((id) => ({ id, services: end, growth: near.findLast((r) => r.id === id)?.mean ?? null })).filter((l) => l.growth !== null)
  const exact = rows.filter((r) => r.services === at).flatMap((r) => lines.map((id) => ({ id, services: at, value: r[column(id)] }))).filter((d) => d.value !== null)
  const within = (v) => v >= first && v <= end
  const limits = [...unique(thresholds.map((t) => t.avoid)).map((x) => ({ x, text: `avoid < ${x}`, line: 0 })), ...unique(thresholds.map((t) => t.use)).map((x) => ({ x, text: `use ≥ ${x}`, line: 1 }))].filter((l) => within(l.x))
  return plot({
    width, height: 290, marginLeft: money ? 64 : 52, marginRight: 76, marginTop: 34, marginBottom: 34,
    x: { type: 'sqrt', domain: [first, end] },
    y: { label: null, domain: [-band * 1.6, top * 1.04] },
    marks: [
      gridY({ ticks: 5, filter: (v) => v >= 0 }),
      axisY({ ticks: 5, tickFormat: (v) => v < 0 ? '' : scale(v), tickSize: 0, filter: (v) => v >= 0 }),
      axisX([first, 10, 25, 50, 100, 200, 300, 400, end].filter((v, i, all) => within(v) && all.indexOf(v) === i), { tickSize: 4, tickFormat: String, label: 'services →' }),
      rect(runs, { x1: 'x1', x2: 'x2', y1: -band * 1.5, y2: -band * 0.5, fill: (r) => verdicts[r.verdict], fillOpacity: 0.4, stroke: 'var(--card)', strokeWidth: 0.5 }),
      text(wide, { x: (r) => ((root(r.x1) + root(r.x2)) / 2) ** 2, y: -band, text: 'title', fill: 'var(--ink)' }),
      ...intervals.map(({ id, ends }) => areaY(ends, { x: 'services', y1: 'low', y2: 'high', fill: shapes[id].fill, fillOpacity: 0.14 })),
      ruleX(limits, { x: 'x', stroke: 'var(--muted)', strokeWidth: 1 }),
      text(limits, { x: 'x', frameAnchor: 'top', dy: -6, dx: 3, text: 'text', textAnchor: 'start', fill: 'var(--muted)', filter: (l) => l.line === 1 || width > 900 }),
      ...lines.map((id) => lineY(rows, { x: 'services', y: column(id), stroke: shapes[id].fill, strokeWidth: 1, strokeOpacity: 0.3, curve: 'step-after' })),
      ...lines.map((id) => lineY(near.filter((r) => r.id === id), { x: 'services', y: 'mean', stroke: shapes[id].fill, strokeWidth: 2, strokeDasharray: shapes[id].dash })),
      ruleX([at].filter(within), { stroke: 'var(--ink)', strokeDasharray: '2 3' }),
      dot(exact, { x: 'services', y: 'value', r: 4, fill: (d) => shapes[d.id].fill, stroke: 'var(--card)', strokeWidth: 1.5 }),
      text([at].filter(within), { x: (v) => v, frameAnchor: 'top', dy: -24, text: (v) => `you: ${v}`, fill: 'var(--ink)', fontWeight: 600 }),
      text(spread(named, top), { x: 'services', y: 'at', text: (l) => l.id, textAnchor: 'start', dx: 6, fill: (l) => shapes[l.id].fill, fontWeight: 600 }),
      tip(rows, pointerX({ x: 'services', y: () => top, title: (r) => [`${r.services} services: ${r.title}`, ...lines.map((id) => `${id} ${r[column(id)] === null ? '–' : scale(r[column(id)])}`)].join('\n'), fill: 'var(--card)', stroke: 'var(--edge)' })),
    ],
  })
}

// nearby is the mean of a column over the counts within 15 %: nodes come whole, so the
// exact values jump from count to count.
function nearby(rows, id, column) {
  const known = rows.filter((r) => Number.isFinite(r[column]))
  const points = []
  let [at, sum, from, to] = [0, 0, 0, 0] // sum of known from…to
  for (const { services } of known) {
    if (services < at && services !== known.at(-1).services) continue
    at = services * 1.01
    while (to < known.length && known[to].services <= services * 1.15) sum += known[to++][column]
    while (known[from].services < services / 1.15) sum -= known[from++][column]
    points.push({ id, services, mean: sum / (to - from) })
  }
  return points
}

// spread moves labels apart that would lie on one another.
function spread(labels, top) {
  const sorted = labels.toSorted((a, b) => a.growth - b.growth)
  let last = -Infinity
  return sorted.map((l) => ({ ...l, at: last = Math.max(l.growth, last + top * 0.085) }))
}

function waterfall(rows, { width }) {
  return plot({
    width, height: 40 + rows.length * 28, marginLeft: 168, marginRight: 76, marginTop: 4,
    x: { label: null, grid: true, ticks: Math.max(1, Math.round((width - 244) / 110)), tickFormat: dollars, zero: true },
    y: { domain: rows.map((r) => r.part), label: null, tickSize: 0, padding: 0.28 },
    marks: [
      barX(rows, { x1: (r) => Math.min(r.from, r.to), x2: (r) => Math.max(r.from, r.to), y: 'part', fill: (r) => fills[r.kind] ?? 'var(--system)', rx: 1.5 }),
      text(rows, { x: (r) => Math.max(r.from, r.to), y: 'part', text: (r) => r.kind === 'total' ? dollars(r.to) : (r.amount < 0 ? '−' : '+') + dollars(Math.abs(r.amount)), textAnchor: 'start', dx: 6, fill: 'var(--ink)' }),
    ],
  })
}

function bars(rows, { width }) {
  return plot({
    width, height: 40 + rows.length * 28, marginLeft: 180, marginRight: 72, marginTop: 4,
    x: { label: null, grid: true, ticks: 4, zero: true },
    y: { domain: rows.map((r) => r.label), label: null, tickSize: 0, padding: 0.3 },
    marks: [
      barX(rows, { x: 'value', y: 'label', fill: 'var(--application)', rx: 2 }),
      text(rows, { x: 'value', y: 'label', text: (r) => String(r.shown ?? r.value), textAnchor: 'start', dx: 6, fill: 'var(--ink)' }),
    ],
  })
}

// cliffs draws how far each input is from the next node more or less.
function cliffs(rows, { width }) {
  const known = rows.filter((r) => r.change !== null)
  const most = Math.max(0.05, ...known.map((r) => Math.abs(r.change))) * 1.08
  const fill = (r) => r.nodes_at > r.nodes ? 'var(--proxies)' : 'var(--control)'
  const narrow = width < 460
  const words = (r) => `${r.at} ${r.unit ?? ''}`.trim() + `: ${r.nodes} → ${r.nodes_at}${narrow ? '' : ' nodes'}, ${r.cost < 0 ? '−' : '+'}${dollars(Math.abs(r.cost))}`
  const labels = { y: 'input', text: words, fill: 'var(--ink)', stroke: 'var(--card)', strokeWidth: 4 }
  return plot({
    width, height: 44 + unique(known.map((r) => r.input)).length * (narrow ? 56 : 42), marginLeft: narrow ? 8 : 148, marginRight: 16, marginTop: 20,
    x: { label: null, domain: [-most, most] },
    y: { domain: unique(known.map((r) => r.input)), axis: narrow ? null : 'left', label: null, tickSize: 0, padding: 0.2 },
    marks: [
      gridX({ ticks: 5 }), axisX({ ticks: Math.max(3, Math.round(width / 130)), tickFormat: (v) => percent(v).replace('.0', ''), tickSize: 0 }),
      ruleX([0], { stroke: 'var(--ink)' }),
      link(known, { x1: 0, x2: 'change', y1: 'input', y2: 'input', stroke: fill, strokeWidth: 2 }),
      dot(known, { x: 'change', y: 'input', fill, r: 5 }),
      text(known.filter((r) => r.change > 0), { ...labels, x: 0, textAnchor: 'start', dx: 6, dy: -13 }), // beside the middle line, never across it
      text(known.filter((r) => r.change <= 0), { ...labels, x: 0, textAnchor: 'end', dx: -6, dy: 14 }),
      ...(narrow ? [text(known, { x: -most, y: 'input', text: 'input', textAnchor: 'start', dy: -24, fontWeight: 600, fill: 'var(--ink)' })] : []),
    ],
  })
}

// tornado draws how far each input moves the growth, from its low to its high end.
function tornado(rows, { width, at }) {
  const narrow = width < 460
  const ends = rows.flatMap((r) => [[r.input, r.low], [r.input, r.high]])
  const side = (right) => text(ends.filter(([, v]) => v > at === right), { x: ([, v]) => v, y: ([input]) => input, text: ([, v]) => percent(v), textAnchor: right ? 'start' : 'end', dx: right ? 5 : -5, fill: 'var(--ink)', stroke: 'var(--card)', strokeWidth: 3 })
  return plot({
    width, height: 44 + rows.length * (narrow ? 44 : 28), marginLeft: narrow ? 48 : 232, marginRight: 56, marginTop: 4,
    x: { label: null, grid: true, ticks: Math.max(2, Math.round(width / 140)), tickFormat: percent, insetLeft: 44 },
    y: { domain: rows.map((r) => r.input), axis: narrow ? null : 'left', label: null, tickSize: 0, padding: narrow ? 0.55 : 0.3 },
    marks: [
      barX(rows, { x1: () => at, x2: 'low', y: 'input', fill: 'var(--gateways)' }),
      barX(rows, { x1: () => at, x2: 'high', y: 'input', fill: 'var(--proxies)' }),
      ruleX([at], { stroke: 'var(--ink)' }),
      side(true), side(false),
      ...(narrow ? [text(rows, { frameAnchor: 'left', dx: -40, y: 'input', text: 'input', textAnchor: 'start', dy: -18, fill: 'var(--ink)' })] : []),
    ],
  })
}

function distribution(rows, { width, at }) {
  return plot({
    width, height: 190, marginLeft: 52, marginRight: 16, marginTop: 18,
    x: { label: 'cost growth →', tickFormat: percent, ticks: Math.max(3, Math.round(width / 110)) },
    y: { label: null, grid: true, ticks: 4, tickFormat: (v) => Math.round(v * 100) + ' %', zero: true },
    marks: [
      rect(rows, { x1: 'from', x2: 'to', y1: 0, y2: 'share', fill: 'var(--agents)', insetLeft: 0.5, insetRight: 0.5 }),
      ruleX([at].filter(Number.isFinite), { stroke: 'var(--ink)', strokeDasharray: '2 3' }),
      text([at].filter(Number.isFinite), { x: (v) => v, frameAnchor: 'top', dy: -14, text: () => 'as planned', fill: 'var(--ink)' }),
    ],
  })
}

// doubling draws the growth of every pattern over the request of pods, and where it is two.
function doubling(rows, { width, at }) {
  const ids = Object.keys(patterns).filter((id) => rows.some((r) => Number.isFinite(r[id])))
  const top = Math.max(2.2, ...rows.flatMap((r) => ids.map((id) => r[id] ?? 0)))
  const last = rows.at(-1).value
  const named = ids.map((id) => ({ id, services: last, growth: rows.findLast((r) => Number.isFinite(r[id]))?.[id] ?? null })).filter((l) => l.growth !== null)
  const times = (v) => `× ${v}`
  return plot({
    width, height: 220, marginLeft: 44, marginRight: 76, marginTop: 18, marginBottom: 34, // the names of the lines stand beside them
    x: { label: null, domain: [0, last] }, y: { label: null, domain: [0.9, top * 1.04] },
    marks: [
      gridY({ ticks: 4 }), axisY({ ticks: 4, tickFormat: times, tickSize: 0 }),
      axisX({ ticks: Math.max(3, Math.round(width / 110)), tickSize: 4, label: 'CPU request of pods →' }),
      ruleX([at].filter((v) => v > 0 && v <= last), { stroke: 'var(--ink)', strokeDasharray: '2 3' }),
      text([at].filter((v) => v > 0 && v <= last), { x: (v) => v, frameAnchor: 'top', dy: -12, text: (v) => `you: ${v}`, fill: 'var(--ink)', fontWeight: 600 }),
      lineY([0, last], { x: (v) => v, y: () => 2, stroke: 'var(--bad)', strokeWidth: 1.5 }),
      ...ids.map((id) => lineY(rows, { x: 'value', y: id, stroke: patterns[id].fill, strokeWidth: 2, strokeDasharray: patterns[id].dash })),
      text(spread(named, top), { x: 'services', y: 'at', text: (l) => l.id, textAnchor: 'start', dx: 6, fill: (l) => patterns[l.id].fill, fontWeight: 600 }),
      tip(rows, pointerX({ x: 'value', y: () => top, title: (r) => [String(r.value), ...ids.map((id) => `${id} ${r[id] === null ? '–' : times(r[id])}`)].join('\n'), fill: 'var(--card)', stroke: 'var(--edge)' })),
    ],
  })
}

function waves(rows, { width }) {
  return plot({
    width, height: 40 + rows.length * 26, marginLeft: 130, marginRight: 60, marginTop: 4,
    x: { label: 'nodes →', grid: true, ticks: 4, zero: true },
    y: { domain: rows.map((r) => r.wave), label: null, tickSize: 0, padding: 0.3 },
    marks: [
      barX(rows, { x: 'peak', y: 'wave', fill: 'var(--reserve)' }),
      barX(rows, { x: 'after', y: 'wave', fill: 'var(--agents)', insetTop: 4, insetBottom: 4 }),
      text(rows, { x: 'peak', y: 'wave', text: (r) => `${r.peak}`, textAnchor: 'start', dx: 6, fill: 'var(--ink)' }),
    ],
  })
}
