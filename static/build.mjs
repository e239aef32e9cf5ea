// Bundles static/src into static/dist: one stylesheet, one script and the part of it that
// draws, which pages with charts load later; with a content hash in their names, and the
// licences of what the bundle holds. The same sources and lock
// file give the same bytes; CI runs this again and compares.
import { build } from 'esbuild'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const root = path.dirname(here)
const dist = path.join(here, 'dist')

const result = await build({
  absWorkingDir: root,
  entryPoints: ['static/src/app.js', 'static/src/app.css'],
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022'],
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  splitting: true,
  outdir: 'static/dist',
  legalComments: 'none', // LICENSES.txt carries every licence in full
  metafile: true,
  write: false,
})

await rm(dist, { recursive: true, force: true })
await mkdir(dist)
for (const file of result.outputFiles) await writeFile(file.path, file.contents)
await writeFile(path.join(dist, 'LICENSES.txt'), await licences(Object.keys(result.metafile.inputs)))

async function licences(inputs) {
  const packages = new Set()
  for (const input of inputs) {
    const found = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)
    if (found) packages.add(found[1])
  }
  const texts = []
  for (const name of [...packages].sort()) {
    const folder = path.join(root, 'node_modules', name)
    const about = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'))
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry))
    if (!file) throw new Error(`${name} carries no licence file`)
    const text = await readFile(path.join(folder, file), 'utf8')
    texts.push(`${name} ${about.version} (${about.license})\n\n${text.trim()}\n`)
  }
  return texts.join('\n' + '-'.repeat(72) + '\n\n')
}
