const test = require('node:test')
const assert = require('node:assert')
const { phone, picks_up, open, eventually } = require('./phone')
const api = require('../../miniprogram/api')
const { scan: texts, case: case_texts } = require('../../miniprogram/texts')

const TOLD = { place: '枫溪苑', others: '', danger: '没有', latitude: null, longitude: null, media: [] }

async function a_code() {
  await picks_up('沈出码', '+8612000000841')
  const { code_url } = await api.report({ ...TOLD, story: '沈家的阳台被占' })
  await picks_up('路过者', '+8612000000842')
  return code_url
}

test('a stranger who scans a case code sees state, next step and phone, and nobody’s name', async () => {
  phone.scanned = ''
  const code = await a_code()
  phone.scanned = code
  const page = await open('/pages/scan/index')

  await page.tap(texts.scan)
  await page.shows('已上报，等待受理')

  assert.match(page.words, /下一步综治中心会查看并决定是否受理最晚/)
  assert.ok(!/沈|阳台/.test(page.words))
  assert.ok(!phone.asked.includes('POST /api/v1/residents/sessions'), 'nobody had to log in')
  await page.tap(case_texts.call)
  assert.match(phone.called[0], /^0999-/)
})

test('a code that WeChat’s own scanner read opens the same page', async () => {
  const code = await a_code()

  const page = await open(`/pages/scan/index?q=${encodeURIComponent(code)}`)

  await page.shows('已上报，等待受理')
})

test('a revoked or invented code leads nowhere, in plain words', async () => {
  await a_code()
  phone.scanned = 'https://any.example/c/invented0000000000'
  const page = await open('/pages/scan/index')

  await page.tap(texts.scan)

  await page.shows('没有找到您要的内容')
})

test('a foreign code is not followed', async () => {
  await picks_up('路过者', '+8612000000842')
  phone.scanned = 'https://evil.example/pay?to=me'
  const page = await open('/pages/scan/index')

  await page.tap(texts.scan)

  await page.shows(texts.foreign)
  assert.deepEqual([phone.opened, phone.asked.filter((one) => one.includes('cases'))], [[], []])
})

test('the code on a paper opens the page that checks it', async () => {
  await picks_up('路过者', '+8612000000842')
  phone.scanned = 'https://any.example/v/secret0'
  const page = await open('/pages/scan/index')

  await page.tap(texts.scan)

  await eventually(() => phone.opened.length)
  assert.equal(decodeURIComponent(phone.opened[0]), '/pages/web/index?path=/v/secret0')
})

test('turning away from the camera is no failure', async () => {
  await picks_up('路过者', '+8612000000842')
  const page = await open('/pages/scan/index')

  await page.tap(texts.scan)

  assert.deepEqual(page.all('aria-role').filter((one) => one === 'alert'), [])
})
