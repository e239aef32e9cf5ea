import htmx from 'htmx.org/dist/htmx.esm.js'
import { startCharts } from './charts.js'
import { startExplain } from './explain.js'
import { startForm } from './form.js'
import { startIntervals } from './intervals.js'
import { startHistory } from './history.js'
import { startLive } from './live.js'
import { startOrder } from './order.js'
import { startParts } from './parts.js'
import { startTools } from './tools.js'
import { startWorkloads } from './workloads.js'

startForm()
startHistory(htmx)
startLive()
startParts(htmx)
startExplain()
startCharts()
startWorkloads()
startOrder()
startIntervals()
startTools()
