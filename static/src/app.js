import htmx from 'htmx.org/dist/htmx.esm.js'
import { attended } from './idle.js'
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

// Each in a task of its own, so that no hand waits for all of them.
const starts = [
  startForm, () => startHistory(htmx), startLive, () => startParts(htmx), startExplain, startWorkloads, startOrder, startIntervals, startTools,
]
for (const start of starts) {
  await new Promise((done) => setTimeout(done))
  start()
}

// Charts are most of the bytes: they come when one is near, or somebody moves on the page.
const near = new Promise((done) => {
  const sight = new IntersectionObserver((entries) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) done()
  }, { rootMargin: '50%' })
  for (const place of document.querySelectorAll('.chart, [data-part]')) sight.observe(place)
})
if (document.querySelector('.chart, [data-part]')) {
  await Promise.race([near, attended])
  const { startCharts } = await import('./charts.js')
  startCharts()
}
