const test = require('node:test')
const assert = require('node:assert')
const { phone, picks_up, open, draw, eventually } = require('./phone')
const desk = require('./desk')
const api = require('../../miniprogram/api')
const texts = require('../../miniprogram/texts')
const { mainDeed, deedsOf } = require('../../miniprogram/pages/case/showing')

const HELD = { media: [], others: '', danger: '没有', latitude: null, longitude: null }

/** Somebody who has reported a matter. */
async function has_reported(name, number, story) {
  await picks_up(name, number)
  return api.report({ ...HELD, story, place: '枫溪苑3幢' })
}

test('my cases show each with its state and next step, and a tap opens it', async () => {
  const { case_id, case_number } = await has_reported('毛列表', '+8612000000821', '狗叫扰民')

  const page = await open('/pages/cases/index')
  await page.shows('狗叫扰民')
  assert.match(page.words, new RegExp(`${case_number}.*${texts.cases.next}`))
  await page.tap('狗叫扰民')

  assert.deepEqual(phone.opened, [`/pages/case/index?id=${case_id}`])
})

test('who reported nothing reads what to do instead of an empty page', async () => {
  await picks_up('贺从未', '+8612000000822')

  const page = await open('/pages/cases/index')
  await page.shows(texts.cases.none)
  await page.tap(texts.home.report)

  assert.deepEqual(phone.opened, ['/pages/report/index'])
})

test('without a network the list says so, and tries again at a tap', async () => {
  await has_reported('龚重试', '+8612000000823', '欠钱不还')
  phone.offline = true
  const page = await open('/pages/cases/index')
  await page.shows(texts.problems.offline)

  phone.offline = false
  await page.tap(texts.retry)

  await page.shows('欠钱不还')
})

test('a case shows where it stands, what comes next and by when, and rings the office', async () => {
  const { case_id, case_number } = await has_reported('程看案', '+8612000000824', '共用水管爆了')

  const page = await open(`/pages/case/index?id=${case_id}`)
  await page.shows(case_number)
  assert.match(page.words, /已上报，等待受理.*下一步综治中心会查看并决定是否受理最晚 \d+月\d+日（周.）\d\d:\d\d/)
  assert.match(page.words, /上报现在|上报/)
  assert.match(page.words, /共用水管爆了.*地点：枫溪苑3幢/)
  await page.tap(texts.case.call)

  await eventually(() => phone.called.length)
  assert.match(phone.called[0], /^0999-/)
})

test('the code of a case is drawn on the page', async () => {
  const { case_id } = await has_reported('邹看码', '+8612000000825', '楼顶漏雨')
  const page = await open(`/pages/case/index?id=${case_id}`)

  await page.tap(texts.case.code_show)

  await eventually(() => page.all('src').some((one) => one.startsWith('data:image/png')))
})

test('once a meeting is fixed, the one main button leads into the room', async () => {
  const { case_id } = await has_reported('熊赴会', '+8612000000826', '借款三万一直不还')
  await desk.hand_over(case_id)
  await desk.fix_meeting(case_id)

  const page = await open(`/pages/case/index?id=${case_id}`)
  await page.shows('李春和')
  await page.tap('进入调解室')

  const opened = decodeURIComponent(phone.opened[0])
  assert.match(opened, /^\/pages\/web\/index\?path=\/room\/\w+$/)
  const web = await open(phone.opened[0])
  const [source] = web.all('src')
  const path = encodeURIComponent(opened.split('=')[1])
  const door = `${process.env.MINI_SERVER}/api/v1/residents/page?code=`
  assert.ok(source.startsWith(door) && source.endsWith(`&next=${path}`), source)
})

test('before the meeting one tries devices and network on the web page', async () => {
  const { case_id } = await has_reported('戚试机', '+8612000000839', '装修款拖着不结')
  await desk.hand_over(case_id)
  await desk.fix_meeting(case_id)

  const page = await open(`/pages/case/index?id=${case_id}`)
  await page.shows('李春和')
  await page.tap(texts.case.try_devices)

  const opened = decodeURIComponent(phone.opened[0])
  assert.match(opened, new RegExp(`^/pages/web/index\\?path=/m/cases/${case_id}/meetings/\\w+/test$`))
})

test('a daily-life matter stands beside the cases; it is told and shown on web pages', async () => {
  await picks_up('明路灯', '+8612000000831')
  await api.myCases()
  const { secret } = phone.storage.get('session')
  const { id } = await desk.ask(secret, 'POST', '/matters', { told: '小区门口的路灯坏了三天', place: '枫溪苑东门' })
  const page = await open('/pages/cases/index')
  await page.shows('路灯坏了三天')
  await page.tap('路灯坏了三天')
  await page.tap(texts.cases.matter)
  await page.tap(texts.cases.by_phone)

  const paths = phone.opened.map((one) => decodeURIComponent(one.split('path=')[1]))
  assert.deepEqual(paths, [`/m/matters/${id}`, '/m/matters/new', '/m/me/phone'])
})

test('a case that is not mine is as good as missing', async () => {
  const { case_id } = await has_reported('金主人', '+8612000000827', '车位被占')
  await picks_up('外人甲', '+8612000000828')

  const page = await open(`/pages/case/index?id=${case_id}`)

  await page.shows('没有找到您要的内容')
  assert.ok(!page.words.includes('车位被占'))
})

test('the main button follows the state: the page that waits, my promise, theirs, or a call', () => {
  const promise = { id: 'p', state: 'open', i_owe: false, i_am_owed: false }
  const of = (found) => mainDeed({ to_do: '', to_do_words: '', obligations: [], ...found }).deed

  assert.equal(of({ to_do: 'https://a/sign/s', to_do_words: '签' }), 'open')
  assert.equal(of({ obligations: [{ ...promise, i_owe: true }] }), 'claim')
  assert.equal(of({ obligations: [{ ...promise, i_owe: true, state: 'breached' }] }), 'claim')
  assert.equal(of({ obligations: [{ ...promise, i_am_owed: true, state: 'claimed' }] }), 'confirm')
  assert.equal(of({ obligations: [{ ...promise, i_am_owed: true }] }), 'call')
  assert.equal(of({ obligations: [{ ...promise, i_owe: true, state: 'done' }] }), 'call')
})

test('only who is owed may say that a promise was kept or broken', () => {
  const promise = { state: 'open', i_owe: false, i_am_owed: false }

  assert.deepEqual(deedsOf({ ...promise, i_owe: true }), ['claim'])
  assert.deepEqual(deedsOf({ ...promise, i_am_owed: true }), ['confirm', 'breach'])
  assert.deepEqual(deedsOf({ ...promise, i_am_owed: true, state: 'breached' }), ['confirm'])
  assert.deepEqual(deedsOf(promise), [])
})

test('the steps say by words which are done, which is now, and which come', () => {
  const steps = draw('components/progress-steps/index', { at: 2 })

  const labels = steps.all('aria-label').slice(1)
  assert.deepEqual(labels.map((one) => one.split(' ')[1]), [
    texts.steps.done,
    texts.steps.done,
    texts.steps.now,
    texts.steps.later,
    texts.steps.later,
    texts.steps.later,
  ])
})

test('a line of the list tells its case to whoever listens', async () => {
  const line = { id: 'c1', number: '〔2026〕1号', state_words: '已受理', story: '漏水', next_step: { words: '等', due: null } }
  const drawn = draw('components/case-line/index', { line })
  const told = []
  drawn.drawn.addEventListener('open', ({ detail }) => told.push(detail))

  await drawn.tap('漏水')

  assert.deepEqual(told, [{ id: 'c1' }])
  assert.deepEqual(drawn.all('aria-label'), [texts.cases.open(line.number, line.state_words)])
})

test('a next step without a date shows none', () => {
  const due = '2026-11-30T16:30:00.000000Z'
  const dated = draw('components/next-step/index', { step: { words: '等受理', due, by: '最晚', basis: '本中心规定' } })
  assert.match(dated.words, /等受理最晚 12月1日（周二）00:30（本中心规定）/)

  const fixed = draw('components/next-step/index', { step: { words: '参加调解', due, by: '时间', basis: '' } })
  assert.match(fixed.words, /参加调解时间 12月1日（周二）00:30/)
  assert.ok(!fixed.words.includes('最晚'))

  const undated = draw('components/next-step/index', { step: { words: '没有下一步', due: null, by: '', basis: '' } })
  assert.ok(!undated.words.includes('最晚'))
})
