import htmx from 'htmx.org/dist/htmx.esm.js'
import { startExplain } from './explain.js'
import { startForm } from './form.js'
import { startIntervals } from './intervals.js'
import { startHistory } from './history.js'
import { startLive } from './live.js'
import { startOrder } from './order.js'
import { startParts } from './parts.js'
import { startSaving } from './rows.js'
import { startTools } from './tools.js'
import { startWorkloads } from './workloads.js'

startSaving()

// Each in a task of its own, so that no hand waits for all of them. Charts are most of the
// bytes, and nothing that is read or typed waits for them.
const starts = [
  startForm, () => startHistory(htmx), startLive, () => startParts(htmx), startExplain, startWorkloads, startOrder, startIntervals, startTools,
  async () => document.querySelector('.chart, [data-part]') && (await import('./charts.js')).startCharts(),
]
for (const start of starts) {
  await new Promise((done) => setTimeout(done))
  start()
}
