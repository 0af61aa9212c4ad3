const test = require('node:test')
const assert = require('node:assert')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { phone, picks_up, open, eventually } = require('./phone')
const desk = require('./desk')
const api = require('../../miniprogram/api')
const drafts = require('../../miniprogram/drafts')
const { unshifted } = require('../../miniprogram/places')
const all = require('../../miniprogram/texts')
const { report: texts, cases, privacy, problems } = all

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** A file on the phone. */
function file(name, bytes) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'album-'))
  const whole = path.join(folder, name)
  fs.writeFileSync(whole, bytes)
  return whole
}

/** Answer every question up to the summary. */
async function tells(page, { story, place, danger = texts.danger_no }) {
  await page.write(texts.story, story)
  await page.tap(texts.next)
  await page.write(texts.place, place)
  await page.tap(texts.next)
  await page.tap(texts.next)
  await page.tap(danger)
  await page.tap(texts.next)
  await page.tap(texts.next)
}

const at_result = () => phone.opened.find((one) => one.startsWith('/pages/result/'))

test('an empty report is refused in plain words, and nothing is sent', async () => {
  await picks_up('试空白', '+8612000000801')
  const page = await open('/pages/report/index')

  await page.tap(texts.next)

  assert.match(page.words, new RegExp(texts.story_missing.slice(0, 9)))
  assert.ok(!phone.asked.some((one) => one.includes('/reports')))
})

test('a report goes the whole way: question by question, corrected, sent, received', async () => {
  await picks_up('林试报', '+8612000000802')
  phone.album = [file('leak.png', PNG)]
  phone.spot = { name: '枫溪苑', address: '枫溪街道1号', latitude: 39.91334545, longitude: 116.38404722 }
  const page = await open('/pages/report/index')
  assert.match(page.words, /第 1 步，共 5 步/)

  await page.write(texts.story, '楼上漏水，我家天花板坏了')
  await page.tap(texts.next)
  await page.tap(texts.on_map)
  await page.tap(texts.next)
  await page.write(texts.others, '楼上402的住户')
  await page.tap(texts.next)
  await page.tap(texts.danger_no)
  await page.tap(texts.next)
  await page.tap(texts.pictures_add)
  await page.shows(texts.picture_drop)
  await page.tap(texts.next)
  assert.match(page.words, /枫溪街道1号枫溪苑/)

  await page.tap(texts.edit)
  await page.write(texts.story, '楼上漏水，我家天花板塌了一块')
  await page.tap(texts.done)
  assert.match(page.words, /天花板塌了一块/)
  await page.tap(texts.submit)

  const address = await eventually(at_result)
  const receipt = await open(address)
  await receipt.shows('综字第')
  const [code] = await eventually(() => receipt.all('src').length && receipt.all('src'))
  assert.match(code, /^data:image\/png;base64,/)
  const number = /〔\d{4}〕\S+?号/.exec(receipt.words)[0]
  const line = await desk.find(number)
  const kept = await desk.dispatcher('GET', `/cases/${line.id}`)
  assert.match(kept.full_story, /天花板塌了一块[^]*402的住户/)
  assert.equal(kept.media.length, 1)
  const there = unshifted(phone.spot)
  assert.ok(Math.abs(kept.latitude - there.latitude) < 1e-9)
  assert.ok(Math.abs(kept.latitude - phone.spot.latitude) > 1e-4, 'the map is not WGS-84')
  assert.equal(phone.storage.has('report-draft'), false)
})

test('what was written is there again when the page is opened next day', async () => {
  await picks_up('何隔日', '+8612000000803')
  const before = await open('/pages/report/index')
  await before.write(texts.story, '邻居半夜装修')
  await before.tap(texts.next)

  const after = await open('/pages/report/index')

  assert.match(after.words, new RegExp(texts.resumed))
  assert.match(after.words, new RegExp(`第 2 步.*${texts.place.slice(0, 3)}`))
  await after.tap(texts.back)
  assert.ok(after.all('value').includes('邻居半夜装修'))
  await after.tap(texts.anew)
  assert.ok(!after.all('value').includes('邻居半夜装修'))
})

test('who is in danger is told to ring 110 first, and stands at the top of the desk', async () => {
  await picks_up('方危急', '+8612000000804')
  const page = await open('/pages/report/index')
  await page.write(texts.story, '邻居吵架')
  await page.tap(texts.next)
  await page.write(texts.place, '枫溪苑5幢')
  await page.tap(texts.next)
  await page.tap(texts.next)

  await page.tap(texts.danger_yes)
  assert.match(page.words, new RegExp(texts.danger_call))
  await page.tap(texts.call_police)
  await page.tap(texts.next)
  assert.match(page.words, new RegExp(texts.danger_words_missing))
  await page.write(texts.danger_words, '他拿着刀说要杀人')
  await page.tap(texts.next)
  await page.tap(texts.next)
  await page.tap(texts.submit)
  const receipt = await open(await eventually(at_result))

  await receipt.shows('120')
  assert.match(receipt.words, /正在通知值班的|现在没有值班的人/)
  assert.deepEqual(phone.called, ['110'])
  const { items } = await desk.dispatcher('GET', '/cases')
  const place = items.findIndex((one) => /邻居吵架/.test(one.story))
  assert.ok(place >= 0)
  assert.ok(items.slice(0, place + 1).every((one) => one.alarmed), 'behind nobody who is in no danger')
})

test('two taps on the button make one case', async () => {
  await picks_up('高双击', '+8612000000805')
  const page = await open('/pages/report/index')
  await tells(page, { story: '欠我工钱不给', place: '工地门口' })

  await Promise.all([page.drawn.instance.submit(), page.drawn.instance.submit()])

  assert.equal(phone.asked.filter((one) => one === 'POST /api/v1/reports').length, 1)
})

test('a lost answer does not make a second case', async () => {
  await picks_up('罗断网', '+8612000000806')
  await api.myCases() // the person is logged in
  const page = await open('/pages/report/index')
  await tells(page, { story: '物业不修电梯，说了三个月', place: '枫溪苑' })

  phone.loses_answers = true
  await page.tap(texts.submit)
  await page.shows(texts.uncertain)
  phone.loses_answers = false
  const next_day = await open('/pages/report/index')
  await next_day.tap(texts.submit)
  await eventually(at_result)

  const { items } = await api.myCases()
  assert.equal(items.filter((line) => line.story.includes('物业不修电梯')).length, 1)
})

test('without a network nothing is lost, and the page says what to do', async () => {
  await picks_up('梁离线', '+8612000000807')
  const page = await open('/pages/report/index')
  await tells(page, { story: '宅基地边界说不清', place: '枫溪村口' })
  phone.offline = true
  await page.tap(texts.submit)
  await page.shows(texts.uncertain)

  phone.offline = false
  await page.tap(texts.submit)

  await eventually(at_result)
})

test('a no to album and place is taken, and the way goes on in words', async () => {
  await picks_up('宋不愿', '+8612000000808')
  phone.agreed = false
  phone.position = { latitude: 30.1, longitude: 120.1 }
  phone.album = [file('photo.png', PNG)]
  const page = await open('/pages/report/index')
  await page.write(texts.story, '楼道里堆满杂物')
  await page.tap(texts.next)

  await page.tap(texts.here)
  await page.shows(privacy.title)
  await page.tap(privacy.refuse)
  await page.shows(texts.place_refused)
  await page.write(texts.place, '枫溪苑2幢')
  await page.tap(texts.next)
  await page.tap(texts.next)
  await page.tap(texts.danger_no)
  await page.tap(texts.next)
  await page.tap(texts.pictures_add)
  await page.tap(privacy.refuse)
  await page.shows(texts.pictures_refused)
  await page.tap(texts.pictures_add)
  await page.agree(privacy.agree)

  await page.shows(texts.picture_drop)
})

test('a file that is no picture is refused by its bytes', async () => {
  await picks_up('唐乱传', '+8612000000809')
  phone.album = [file('photo.jpg', Buffer.from('GIF89a'))]
  const page = await open('/pages/report/index')
  await page.drawn.instance.turnTo(4)

  await page.tap(texts.pictures_add)

  await page.shows(texts.pictures_wrong)
  assert.ok(!phone.asked.includes('POST /api/v1/uploads'))
})

test('a short session is renewed, once for all who ask, and a used renewal leads to a new log-in', async () => {
  await picks_up('冯续期', '+8612000000818')
  await api.myCases()
  const first = phone.storage.get('session')
  phone.storage.set('session', { ...first, secret: 'over' })
  phone.asked = []

  await Promise.all([api.myCases(), api.myCases(), api.myMessages()])

  const renewals = () => phone.asked.filter((one) => one.endsWith('/residents/sessions/renewal')).length
  assert.equal(renewals(), 1)
  assert.notEqual(phone.storage.get('session').renewal, first.renewal)
  phone.storage.set('session', { ...first, secret: 'over' })
  await api.myCases()
  assert.equal(phone.asked.at(-2), 'POST /api/v1/residents/sessions')
})

test('what is said into the phone goes with the report; without a microphone the way goes on', async () => {
  await picks_up('习说话', '+8612000000821')
  const page = await open('/pages/report/index')
  page.drawn.instance.change({ story: '楼上半夜吵，睡不着', place: '枫溪苑2幢', danger: 'no' })
  page.drawn.instance.turnTo(4)
  await page.tap(texts.voice_add)
  await page.shows(texts.voices_refused)

  const head = Buffer.from('ffe318c4', 'hex') // a frame of MP3, without a sound
  phone.recorded = file('said.mp3', Buffer.concat([head, Buffer.alloc(68), head, Buffer.alloc(68)]))
  await page.tap(texts.voice_add)
  await page.shows(texts.recording)
  await page.tap(texts.voice_stop)
  await page.shows(`${texts.voice} 1`)
  await page.tap(texts.next)
  await page.shows(texts.sent_count(0, 1))
  await page.tap(texts.submit)
  await eventually(() => phone.opened.length)

  const [line] = (await api.myCases()).items
  const { media } = await api.seeCase(line.id)
  assert.deepEqual(media.map((one) => one.kind), ['voice'])
})

test('nobody goes on while the microphone is on; who leaves the page is not listened to', async () => {
  await picks_up('卜离开', '+8612000000822')
  await api.myCases()
  const page = await open('/pages/report/index')
  page.drawn.instance.change({ story: '楼下半夜打牌', place: '枫溪苑2幢', danger: 'no' })
  page.drawn.instance.turnTo(4)
  phone.recorded = file('left.mp3', Buffer.alloc(72))
  await page.tap(texts.voice_add)
  await page.shows(texts.recording)

  await assert.rejects(page.tap(texts.next), /nothing to tap/)
  await assert.rejects(page.tap(texts.back), /nothing to tap/)
  page.drawn.instance.onUnload()
  await page.tap(texts.voice_stop)

  assert.ok(!phone.asked.some((one) => one.includes('voices')), phone.asked)
  assert.deepEqual(drafts.load().voices, [])
})

test('what arrives after the report was sent brings no draft back', async () => {
  await picks_up('卜晚到', '+8612000000823')
  const page = await open('/pages/report/index')
  page.drawn.instance.change({ story: '楼下半夜打牌', place: '枫溪苑2幢', danger: 'no' })
  page.drawn.instance.turnTo(5)
  await page.tap(texts.submit)
  await eventually(() => phone.opened.length)

  page.drawn.instance.change({ voices: ['late'] })

  assert.equal(drafts.begun(), false)
})

test('a yes to reminders is told to the centre, and nobody is asked again', async () => {
  await picks_up('蒋提醒', '+8612000000819')
  const page = await open('/pages/result/index?id=none&number=x')
  const remind = require('../../miniprogram/texts').result

  await page.shows(remind.remind)
  await page.tap(remind.remind)

  await page.shows(all.reminders.yes)
  assert.deepEqual((await api.remindersToAsk()).templates, [])
})

test('a session that is over is opened again without a word', async () => {
  await picks_up('许久别', '+8612000000810')
  phone.storage.set('session', 'long-gone')

  const page = await open('/pages/cases/index')

  await page.shows(cases.none)
  assert.notEqual(phone.storage.get('session'), 'long-gone')
  assert.ok(!page.words.includes(problems.unknown))
})
