// Runs Lighthouse over pages of a running meshplan and fails below the scores they keep.
//   node run.mjs http://127.0.0.1:8080 [path ...]
// CHROME_PATH names the browser where it is not chromium on the path.
import { execFileSync } from 'node:child_process'
import { launch } from 'chrome-launcher'
import lighthouse, { desktopConfig } from 'lighthouse'

const least = { performance: 95, accessibility: 100, 'best-practices': 100, seo: 100 }

const [site, ...paths] = process.argv.slice(2)
if (!site) {
  console.error('usage: node run.mjs http://127.0.0.1:8080 [path ...]')
  process.exit(2)
}
const chromePath = process.env.CHROME_PATH ?? execFileSync('sh', ['-c', 'command -v chromium || command -v chromium-browser || command -v google-chrome'], { encoding: 'utf8' }).trim()
const chrome = await launch({ chromePath, chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu'] })
let failed = false
try {
  for (const path of paths.length > 0 ? paths : ['/', '/method']) {
    for (const [device, config] of [['desktop', desktopConfig], ['phone', undefined]]) await judge(path, device, config)
  }
} finally {
  await chrome.kill()
}
process.exitCode = failed ? 1 : 0

// judge measures a page. Performance is measured again, at most twice, where it is below
// its score: a busy machine slows a page down, nothing makes it faster than it is.
async function judge(path, device, config) {
  for (let again = 2; ; again--) {
    const { lhr } = await lighthouse(site + path, { port: chrome.port, logLevel: 'error', onlyCategories: Object.keys(least) }, config)
    const scores = Object.fromEntries(Object.entries(lhr.categories).map(([id, { score }]) => [id, Math.round(score * 100)]))
    const low = Object.keys(least).filter((id) => !(scores[id] >= least[id]))
    if (again > 0 && low.length === 1 && low[0] === 'performance') continue
    console.log(`${path} (${device}): ` + Object.entries(scores).map(([id, score]) => `${id} ${score}`).join(', '))
    for (const id of low) {
      failed = true
      console.log(`  ${id} has to be ${least[id]}`)
      for (const { id: audit } of lhr.categories[id].auditRefs) {
        const { title, score, displayValue, details } = lhr.audits[audit]
        if (score === null || score === 1) continue
        console.log(`    ${audit}: ${title}${displayValue ? ` (${displayValue})` : ''}`)
        for (const item of details?.items?.slice(0, 3) ?? []) console.log('      ' + (item.node?.selector ?? item.url ?? JSON.stringify(item)).slice(0, 200))
      }
    }
    return
  }
}
