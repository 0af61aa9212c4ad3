// Take the addresses for donations out of package-lock.json: a lock names versions and hashes alone.
const fs = require('node:fs')
const path = require('node:path')

const file = path.resolve(__dirname, '../../package-lock.json')
const lock = JSON.parse(fs.readFileSync(file, 'utf8'))
for (const one of Object.values(lock.packages)) delete one.funding
fs.writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
