const test = require('node:test')
const assert = require('node:assert')
const fs = require('node:fs')
const path = require('node:path')
require('./phone')

const ROOT = path.resolve(__dirname, '../../miniprogram')
const screens = ['pages', 'components'].flatMap((folder) =>
  fs.readdirSync(path.join(ROOT, folder)).map((name) => path.join(ROOT, folder, name, 'index')),
)
const NOT_DATA = new Set(['item', 'index', 'one', 'true', 'false', 'null'])

/** What a page or component declares. */
function declared(screen) {
  let found
  const [page, component] = [globalThis.Page, globalThis.Component]
  globalThis.Page = globalThis.Component = (options) => (found = options)
  require(screen)
  Object.assign(globalThis, { Page: page, Component: component })
  return { data: { ...found.data, ...initial(found.properties) }, deeds: { ...found, ...found.methods } }
}

const initial = (properties = {}) =>
  Object.fromEntries(Object.entries(properties).map(([name, { value }]) => [name, value]))

for (const screen of screens) {
  const name = path.relative(ROOT, path.dirname(screen))
  const { data, deeds } = declared(screen)
  const wxml = fs.readFileSync(`${screen}.wxml`, 'utf8')

  test(`${name}: everything that can be tapped or written does something`, () => {
    const handlers = [...wxml.matchAll(/\bbind[a-z]+="(\w+)"/g)].map(([, handler]) => handler)

    assert.deepEqual(handlers.filter((one) => typeof deeds[one] !== 'function'), [])
  })

  test(`${name}: every sentence it shows exists`, () => {
    const paths = [...wxml.matchAll(/\b(texts|look_texts|home)\.(\w+)/g)]

    assert.deepEqual(paths.filter(([, of, key]) => data[of]?.[key] === undefined).map(([all]) => all), [])
  })

  test(`${name}: everything it shows is declared`, () => {
    const shown = [...wxml.matchAll(/\{\{(.*?)\}\}/g)].map(([, expression]) => expression.replace(/'[^']*'/g, ''))
    const names = shown.flatMap((one) => [...one.matchAll(/(?<![.\w])[a-z_]\w*/gi)].map(([word]) => word))

    assert.deepEqual([...new Set(names)].filter((one) => !(one in data) && !NOT_DATA.has(one)), [])
  })

  test(`${name}: what can be tapped is a button, to fingers and to screen readers`, () => {
    const tapped = [...wxml.matchAll(/<(\w[\w-]*)[^>]*\bbindtap=[^>]*>/g)]

    assert.deepEqual(tapped.filter(([tag, kind]) => kind !== 'button' && !tag.includes('aria-role="button"')).map(([tag]) => tag), [])
  })

  test(`${name}: fields and pictures have names`, () => {
    const nameless = [...wxml.matchAll(/<(?:input|textarea|image)\b[^>]*>/g)]

    assert.deepEqual(nameless.filter(([tag]) => !tag.includes('aria-label=')).map(([tag]) => tag), [])
  })
}
