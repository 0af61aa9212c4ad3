const test = require('node:test')
const assert = require('node:assert')
const { phone, hand, picks_up, open, eventually } = require('./phone')
const address = require('../../miniprogram/address')
const care = require('../../miniprogram/care')
const places = require('../../miniprogram/places')
const texts = require('../../miniprogram/texts')

const LARGE = 23.8 // px, WeChat's own care mode

test('the front page leads everywhere, and to a telephone', async () => {
  await picks_up('向首页', '+8612000000861')
  const page = await open('/pages/home/index')
  await page.shows('0999-')

  await page.tap(texts.home.report)
  await page.tap(texts.home.cases)
  await page.tap(texts.home.messages)
  await page.tap(texts.home.check)
  await page.tap(texts.home.scan)
  await page.tap(texts.home.verify)
  await page.tap(texts.home.mine)
  await page.tap(texts.home.call_police)
  await page.tap(texts.phone.call)

  const opened = ['report', 'cases', 'messages', 'check', 'scan', 'web', 'mine']
  assert.deepEqual(phone.opened.map((one) => one.split('/')[2]), opened)
  assert.equal(page.all('class').filter((one) => /\btile( |$)/.test(one)).length, 6)
  assert.ok(!page.words.includes(texts.home.tasks))
  assert.equal(phone.called[0], '110')
  assert.match(phone.called[1], /^0999-/)
})

test('the office’s phone stands there without a network once it was known', async () => {
  await picks_up('断网人', '+8612000000862')
  await (await open('/pages/home/index')).shows('0999-')

  phone.offline = true
  const page = await open('/pages/home/index')

  await page.shows('0999-')
})

test('an unfinished report is offered again on the front page', async () => {
  await picks_up('没写完', '+8612000000863')
  const report = await open('/pages/report/index')
  await report.write(texts.report.story, '隔壁工地扬尘')

  const home = await open('/pages/home/index')

  assert.match(home.words, new RegExp(texts.home.resume))
})

test('large print is chosen here, and every page and web page follows', async () => {
  await picks_up('老花眼', '+8612000000864')
  const home = await open('/pages/home/index')
  await home.tap(texts.look.larger)

  const report = await open('/pages/report/index')
  const web = await open('/pages/web/index?path=%2Froom%2Fabc')

  assert.match(report.html, new RegExp(`large" style="font-size: ${LARGE}px`))
  assert.match(web.all('src')[0], /\/residents\/page\?code=[\w-]+&next=%2Fcare%3Fon%3D1%26next%3D%252Froom%252Fabc$/)
})

test('a phone set to large words is believed, until the person says otherwise', () => {
  hand('nobody')
  phone.factor = 1.4
  assert.deepEqual(care.look(), { large: true, size: LARGE })

  assert.deepEqual(care.choose(false), { large: false, size: 17 * 1.3 })
})

test('a rating needs a choice, and an unknown invitation is refused in plain words', async () => {
  await picks_up('打分人', '+8612000000865')
  const page = await open('/pages/rate/index?secret=unknown0')
  await page.tap(texts.rate.submit)
  assert.match(page.words, new RegExp(texts.rate.missing))

  await page.tap('很满意')
  assert.ok(page.all('aria-checked').includes(true))
  await page.tap(texts.rate.submit)

  await page.shows('没有找到您要的内容')
})

test('only pages of ours are opened as web pages', async () => {
  hand('nobody')
  const strange = ['https://evil.example/x', '//evil.example/m/', '/m/../desk', '/desk', 'javascript:1']
  assert.deepEqual(strange.map(address.pathOf), ['', '', '', '', ''])
  assert.equal(address.pathOf('https://centre.example/sign/a_b-1'), '/sign/a_b-1')

  const page = await open('/pages/web/index?path=%2Fdesk')

  assert.match(page.words, new RegExp(texts.web.missing))
})

test('a page for everybody opens without a log-in', async () => {
  await picks_up('核验人', '+8612000000866')
  phone.offline = true

  const page = await open('/pages/web/index?path=%2Fv%2Fs')

  assert.deepEqual(page.all('src'), [`${process.env.MINI_SERVER}/v/s`])
})

test('without a network a web page is not opened, and the page says so', async () => {
  await picks_up('断网人', '+8612000000862')
  phone.offline = true
  const page = await open('/pages/web/index?path=%2Froom%2Fs')
  await page.shows(texts.problems.offline)

  phone.offline = false
  await page.tap(texts.retry)

  await eventually(() => page.all('src').length)
})

test('the map’s shift is undone: WGS-84 comes back to a centimetre', () => {
  const shanghai = { latitude: 31.1774276, longitude: 121.5272106 }
  const on_map = places.shifted(shanghai)
  assert.ok(Math.abs(on_map.latitude - 31.17530398) < 1e-7)
  assert.ok(Math.abs(on_map.longitude - 121.53154186) < 1e-7)

  const back = places.unshifted(on_map)

  assert.ok(Math.abs(back.latitude - shanghai.latitude) < 1e-7)
  assert.ok(Math.abs(back.longitude - shanghai.longitude) < 1e-7)
  const paris = { latitude: 48.85, longitude: 2.35 }
  assert.deepEqual(places.unshifted(paris), paris)
})
