// Drawings of the decision: break-even, three years, and intervals beside a mark.
import { areaY, axisX, axisY, dot, gridX, gridY, lineY, link, plot, pointerX, ruleX, text, tip } from '@observablehq/plot'

const dollars = (v) => (v < 0 ? '−$' : '$') + Math.abs(Math.round(v)).toLocaleString('en-US')
const share = (v) => Math.round(v * 100) + ' %'

// lines draws two amounts of money over x, named at their ends.
function lines(rows, width, x, label, series, more = []) {
  const last = rows.at(-1)
  const top = Math.max(1, ...rows.flatMap((r) => series.map((s) => r[s.key])))
  const [upper, lower] = last[series[0].key] >= last[series[1].key] ? series : series.toReversed()
  return plot({
    width, height: 220, marginLeft: 64, marginRight: 16, marginTop: 16, marginBottom: 34,
    x: { label: null }, y: { label: null, domain: [0, top * 1.06] },
    marks: [
      gridY({ ticks: 4 }), axisY({ ticks: 4, tickFormat: dollars, tickSize: 0 }),
      axisX({ ticks: Math.max(3, Math.round(width / 110)), tickSize: 4, label }),
      ...more,
      ...series.map((s) => lineY(rows, { x, y: s.key, stroke: s.stroke, strokeWidth: 2, strokeDasharray: s.dash, curve: s.curve })),
      text([last], { x, y: upper.key, text: () => upper.name, textAnchor: 'end', dy: -9, fill: upper.stroke, fontWeight: 600, stroke: 'var(--card)', strokeWidth: 4 }),
      text([last], { x, y: lower.key, text: () => lower.name, textAnchor: 'end', dy: 12, fill: lower.stroke, fontWeight: 600, stroke: 'var(--card)', strokeWidth: 4 }),
      tip(rows, pointerX({ x, y: () => top, title: (r) => [`${r[x]} ${x === 'month' ? 'months: ' + r.services + ' services' : 'services'}`, ...series.map((s) => `${s.name} ${dollars(r[s.key])}`)].join('\n'), fill: 'var(--card)', stroke: 'var(--edge)' })),
    ],
  })
}

// breakeven: the band is where the mesh may lie, by the interval of the difference. It is
// drawn as far as the lines cross and the scenario reaches; the table has the whole scan.
export function breakeven(all, { width, at }) {
  const lastAbove = (key) => all.findLast((r) => r[key] > 0)?.services ?? 1
  const crossings = ['low', 'difference', 'high'].map(lastAbove).filter((n) => n < all.at(-1).services)
  const reach = crossings.length === 0 ? Infinity : Math.max(20, 2.5 * Math.max(...crossings), 1.4 * at)
  const rows = all.filter((r) => r.services <= reach)
  const drawn = (n) => n >= 1 && n <= rows.at(-1).services
  return lines(rows, width, 'services', 'services →', [
    { key: 'mesh', name: 'mesh', stroke: 'var(--agents)' },
    { key: 'alternative', name: 'in each service', stroke: 'var(--proxies)', dash: '6 3' },
  ], [areaY(rows, { x: 'services', y1: (r) => Math.max(0, r.alternative + r.low), y2: (r) => Math.max(0, r.alternative + r.high), fill: 'var(--agents)', fillOpacity: 0.18 }),
    ruleX([at].filter(drawn), { stroke: 'var(--ink)', strokeDasharray: '2 3' }),
    text([at].filter(drawn), { x: (n) => n, frameAnchor: 'bottom', textAnchor: 'start', dx: 4, dy: -6, text: (n) => `you: ${n}`, fill: 'var(--ink)', fontWeight: 600, stroke: 'var(--card)', strokeWidth: 4 })])
}

export function outlook(rows, { width }) {
  return lines(rows, width, 'month', 'months →', [
    { key: 'with', name: 'with the mesh', stroke: 'var(--agents)', curve: 'step-after' },
    { key: 'without', name: 'without', stroke: 'var(--application)', dash: '6 3', curve: 'step-after' },
  ])
}

// intervals draws a low, a typical and a high value for each row.
// Beyond most, a value is drawn at the edge and told by its number.
function intervals(rows, width, scale, more = [], most = Infinity) {
  const narrow = width < 460
  const drawn = rows.map((r) => ({ ...r, low: Math.min(r.low, most), mid: Math.min(r.typical, most), high: Math.min(r.high, most), beyond: r.high > most }))
  return plot({
    width, height: 44 + rows.length * (narrow ? 36 : 24), marginLeft: narrow ? 8 : 236, marginRight: 56, marginTop: 4,
    x: { label: null, zero: true, nice: true },
    y: { domain: rows.map((r) => r.label), axis: narrow ? null : 'left', label: null, tickSize: 0, padding: 0.4 },
    marks: [
      gridX({ ticks: Math.max(2, Math.round(width / 150)) }), axisX({ ticks: Math.max(2, Math.round(width / 150)), tickFormat: scale, tickSize: 0 }),
      ...more,
      link(drawn, { x1: 'low', x2: 'high', y1: 'label', y2: 'label', stroke: 'var(--agents)', strokeWidth: 4, strokeOpacity: 0.45 }),
      dot(drawn, { x: 'mid', y: 'label', fill: 'var(--agents)', r: 4 }),
      text(drawn, { x: 'high', y: 'label', text: (r) => scale(r.typical) + (r.beyond ? ' →' : ''), textAnchor: 'start', dx: 7, fill: 'var(--ink)', stroke: 'var(--card)', strokeWidth: 4 }),
      ...(narrow ? [text(rows, { x: 0, y: 'label', text: 'label', textAnchor: 'start', dy: -13, fill: 'var(--ink)' })] : []),
    ],
  })
}

export const uses = (rows, { width }) => intervals(rows, width, share, [ruleX([1], { stroke: 'var(--bad)', strokeWidth: 1.5 })], 2)

export const latency = (rows, { width }) => intervals(rows, width, (v) => `${Number(v.toPrecision(2))} ms`, [ruleX([0], { stroke: 'var(--edge)' })])
