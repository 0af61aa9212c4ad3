// What residents do besides their cases: messages, checks, warnings, their own data.
const test = require('node:test')
const assert = require('node:assert')
const { phone, picks_up, open, eventually, control } = require('./phone')
const desk = require('./desk')
const api = require('../../miniprogram/api')
const files = require('../../miniprogram/pages/mine/files')
const { pageFor } = require('../../miniprogram/address')
const { check, mine, messages, reminders, result, warnings, home } = require('../../miniprogram/texts')

const LEAK = '楼上漏水，我家天花板坏了，找他几次都不肯修'
const TOLD = { place: '枫溪苑3幢', others: '', danger: '没有', latitude: null, longitude: null, media: [] }

test('what the centre told me stands in my messages, is new once, and leads on', async () => {
  await picks_up('殷消息', '+8612000000901')
  const { case_id: id } = await api.report({ ...TOLD, story: LEAK })
  await desk.hand_over(id)
  const front = await open('/pages/home/index')
  await front.shows(home.messages_new(2))

  const page = await open('/pages/messages/index')
  await page.shows('接单')
  assert.ok(page.words.includes(messages.fresh))
  await page.tap(messages.open)

  assert.equal(phone.opened.at(-1), `/pages/case/index?id=${id}`)
  const again = await open('/pages/messages/index')
  await again.shows('接单')
  assert.ok(!again.words.includes(messages.fresh))
})

test('a message that WeChat gave no answer about stands there as perhaps lost', async () => {
  await picks_up('赵存疑', '+8612000000903')
  const { case_id: id } = await api.report({ ...TOLD, story: LEAK })
  const asked = await open(`/pages/result/index?id=${id}&number=x`)
  await asked.shows(result.remind)
  await asked.tap(result.remind)
  await asked.shows(reminders.yes)
  await control('faults', { reset_after_effect_percent: 100, paths: ['/cgi-bin/message/subscribe/send'] })

  try {
    await desk.hand_over(id)
    await eventually(async () => (await api.myMessages()).items.some((one) => one.state === 'unknown'), () => 'all known')
  } finally {
    await control('faults', {})
  }

  await (await open('/pages/messages/index')).shows('这条可能没有送到您的微信。')
})

test('nobody who has no messages is told anything, and the front page logs nobody in', async () => {
  await picks_up('空无讯', '+8612000000902')
  await open('/pages/home/index')
  assert.deepEqual(phone.asked.filter((one) => !one.endsWith('/centre')), [])

  await (await open('/pages/messages/index')).shows(messages.none)
})

test('an address in a message opens its own page, a foreign one opens none', () => {
  const of = (path) => pageFor(`https://centre.example${path}`)

  assert.equal(of('/rate/s1'), '/pages/rate/index?secret=s1')
  assert.equal(of('/m/cases/c1'), '/pages/case/index?id=c1')
  assert.equal(of('/m/me'), '/pages/mine/index')
  assert.match(of('/m/me/phone'), /^\/pages\/web\/index\?path=/)
  assert.match(of('/c/s2'), /^\/pages\/scan\/index\?q=https/)
  assert.match(of('/m/cases/c1/meetings/m1'), /^\/pages\/web\/index\?path=/)
  assert.equal(pageFor('javascript:1'), '')
  assert.equal(pageFor(''), '')
})

test('a fraud is called one, with the words that show it and the numbers to call', async () => {
  await picks_up('查骗子', '+8612000000903')
  const page = await open('/pages/check/index')
  await page.tap(check.submit)
  assert.match(page.words, new RegExp(check.missing.slice(0, 6)))

  await page.write(check.text, '我是公安局的，你涉嫌洗钱，请把钱转到安全账户')
  await page.tap(check.submit)
  await page.shows(check.verdicts.fraud)
  assert.match(page.words, /“安全账户”/)
  await page.tap(check.call_fraud)
  await page.tap(check.call_police)
  await page.tap(check.again)
  await page.shows(check.title)
  await page.tap(check.warnings)

  assert.deepEqual(phone.called, ['96110', '110'])
  assert.deepEqual(phone.opened, ['/pages/warnings/index'])
})

test('an unclear text goes to a human, and words of danger bring the hot-lines', async () => {
  await picks_up('查不清', '+8612000000904')
  const page = await open('/pages/check/index')
  await page.write(check.text, '您好，您上次问的那件事有眉目了，有空回个话')
  await page.tap(check.submit)
  await page.shows(check.verdicts.unsure)
  await page.tap(check.again)
  await page.write(check.text, '我不想活了，活着没意思')
  await page.tap(check.submit)
  await page.shows(check.danger)
  assert.match(page.words, /正在通知值班的|现在没有值班的人/)
  assert.match(page.words, /编号是：〔\d{4}〕/)
  await page.tap(check.call_heart)

  assert.deepEqual(phone.called, ['12356'])
})

test('without a network a check says so and keeps the text', async () => {
  await picks_up('断网查', '+8612000000905')
  const page = await open('/pages/check/index')
  await page.write(check.text, '请点链接领取补贴')
  phone.offline = true
  await page.tap(check.submit)
  await page.shows('没有连上网络')
  phone.offline = false
  await page.tap(check.submit)

  await eventually(() => page.drawn.data.found)
})

test('warnings are chosen, changed and left; what WeChat does not say is told as unknown', async () => {
  await picks_up('订提醒', '+8612000000906')
  const page = await open('/pages/warnings/index')
  await page.shows(warnings.title)
  await page.tap(warnings.topics.jobs)
  await page.tap(warnings.topics.money)
  await page.tap(warnings.save)
  await page.shows(warnings.kept)
  assert.deepEqual((await api.warnings()).topics, ['jobs', 'money'])

  const again = await open('/pages/warnings/index')
  await again.shows(`✓ ${warnings.topics.jobs}`)
  await again.tap(warnings.topics.jobs)
  await again.tap(warnings.topics.money)
  await again.tap(warnings.save_none)
  await again.shows(warnings.ended)
  assert.deepEqual((await api.warnings()).topics, [])
})

const ANSWERS = [
  ['accept', reminders.yes],
  ['reject', reminders.no],
  ['ban', reminders.off],
  [20004, reminders.off],
  ['filter', reminders.unknown],
  ['somethingNew', reminders.unknown],
  [20001, reminders.unknown],
]
for (const [at, [answer, said]] of ANSWERS.entries())
  test(`asked about messages, WeChat says ${answer}, and the page says what that means`, async () => {
    await picks_up(`问${answer}`, `+861200000091${at}`)
    const page = await open('/pages/warnings/index')
    await page.shows(warnings.remind)
    phone.reminder = answer

    await page.tap(warnings.remind)

    await page.shows(said)
  })

test('a number is given by WeChat’s own button, and not giving one is no fault', async () => {
  await picks_up('给号码', '+8612000000921')
  const page = await open('/pages/mine/index')
  await page.shows(mine.back)
  await page.give_number(mine.phone_give)
  await page.shows(mine.phone_refused)
  phone.numbered = 'yes'
  await page.give_number(mine.phone_give)

  await page.shows(mine.phone_kept('120****0921'))
})

test('a copy is asked for, kept on the phone, sent to a chat of one’s own, and dropped', async () => {
  await picks_up('要副本', '+8612000000922')
  const page = await open('/pages/mine/index')
  await page.shows(mine.copy_ask)
  await page.tap(mine.copy_ask)
  await page.shows(mine.copy_making)
  await eventually(async () => (await api.myData()).copies[0].state === 'ready', () => 'no copy', 60000)

  const later = await open('/pages/mine/index')
  await later.shows(mine.copy_take)
  await later.tap(mine.copy_take)
  await later.shows(mine.copy_taken)
  const [kept] = Object.values(phone.files)
  assert.equal(kept.subarray(0, 2).toString(), 'PK')
  const again = await open('/pages/mine/index') // it is given once: it has to be found here
  await again.shows(mine.copy_here)
  phone.sure = false
  await later.tap(mine.copy_send)
  await later.shows(mine.copy_not_sent)
  phone.sure = true
  await later.tap(mine.copy_send)
  await eventually(() => phone.sent.length)
  await later.tap(mine.copy_drop)

  assert.deepEqual(phone.files, {})
})

test('a copy lies on the phone for a day, and never longer than the log-in', async () => {
  await picks_up('留副本', '+8612000000925')
  const data = new TextEncoder().encode('PK').buffer
  const path = await files.keep(data)
  assert.equal(files.kept(), path)
  phone.written[path] -= 24 * 3600
  assert.equal(files.kept(), '')
  assert.deepEqual(phone.files, {})

  await files.keep(data)
  const page = await open('/pages/mine/index')
  await page.shows(mine.copy_drop)
  await page.tap(mine.leave)
  await page.shows(mine.left)

  assert.deepEqual(phone.files, {})
  assert.ok(!page.words.includes(mine.copy_drop))
})

test('consent is taken back after a second question, with what stays told before', async () => {
  await picks_up('撤回人', '+8612000000923')
  await api.chooseWarnings(['all'])
  const page = await open('/pages/mine/index')
  await page.shows('订阅和家人守护')
  await page.tap('订阅和家人守护')
  await page.shows(mine.back_nothing_left)
  phone.sure = false
  await page.tap(`${mine.back_do}：订阅和家人守护`)
  assert.deepEqual((await api.warnings()).topics, ['all'])
  phone.sure = true
  await page.tap(`${mine.back_do}：订阅和家人守护`)
  await page.shows(mine.back_done)

  await eventually(async () => (await api.warnings()).topics.length === 0)
})

test('whoever leaves all devices is logged out here too', async () => {
  await picks_up('退出人', '+8612000000924')
  const page = await open('/pages/mine/index')
  await page.shows(mine.leave_words)
  await page.tap(mine.leave)
  await page.shows(mine.left)

  assert.equal(phone.storage.get('session'), undefined)
})
