// Print what WeChat's own template compiler has against any .wxml file; exit 1 if there is anything.
const fs = require('node:fs')
const path = require('node:path')
const { TmplGroup } = require('glass-easel-template-compiler')

const root = path.resolve(process.argv[2])
const templates = fs.readdirSync(root, { recursive: true }).filter((one) => one.endsWith('.wxml'))
const group = new TmplGroup()
const faults = templates.flatMap((one) =>
  group
    .addTmpl(one.replace(/\.wxml$/, ''), fs.readFileSync(path.join(root, one), 'utf8'))
    .map((fault) => `${one}: ${JSON.stringify(fault)}`),
)
console.log(faults.length ? faults.join('\n') : `${templates.length} templates are clean`)
process.exitCode = faults.length ? 1 : 0
