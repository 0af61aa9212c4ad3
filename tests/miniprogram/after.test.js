const test = require('node:test')
const assert = require('node:assert')
const { phone, picks_up, open } = require('./phone')
const { mediator } = require('./desk')
const { comes_into_effect, fresh_totp } = require('./signing')
const api = require('../../miniprogram/api')
const texts = require('../../miniprogram/texts')

/** The mediator has been there, and notes it on their own phone. */
async function visits(id) {
  const resident = structuredClone(phone)
  const staff = JSON.parse(process.env.MINI_STAFF).find((one) => one.login === 'tiaojie')
  await picks_up('李春和的手机', '+8612000000897')
  const code = await fresh_totp(staff.totp_secret)
  await api.beginWork({ login: 'tiaojie', password: staff.password, code })
  const page = await open(`/pages/task/index?id=${id}`)
  await page.shows(texts.task.visit)
  await page.tap(texts.task.visit_keep)
  await page.shows(texts.task.visit_missing)
  await page.write(texts.task.visit_words, '上门看过，防水层已经做好')
  phone.loses_answers = true
  await page.tap(texts.task.visit_keep)
  await page.shows(texts.problems.offline)
  phone.loses_answers = false
  await page.tap(texts.task.visit_keep)
  await page.shows(texts.task.kept)
  const { history } = await mediator('GET', `/cases/${id}`)
  const visited = history.filter((one) => /回访/.test(one.words))
  assert.equal(visited.length, 1, JSON.stringify(history))
  Object.assign(phone, resident)
}

const TOLD = { others: '', danger: '没有', latitude: null, longitude: null, media: [] }

test('after the seal: a promise is kept, the service is rated, each by the one main button', async () => {
  await picks_up('顾守信', '+8612000000898')
  const { case_id } = await api.report({ ...TOLD, story: '楼下说我家漏水', place: '枫溪苑6幢' })
  const secret = phone.storage.get('session').secret
  await comes_into_effect(case_id, { name: '顾守信', phone: '+8612000000898', secret })

  const page = await open(`/pages/case/index?id=${case_id}`)
  await page.shows('协议已生效，履行中')
  assert.match(page.words, /约定要做的事.*修好卫生间的防水层.*等待履行/)
  phone.sure = false
  await page.tap(texts.case.claim)
  assert.match(page.words, /等待履行/)
  phone.sure = true
  await page.tap(texts.case.claim)
  await page.shows(texts.case.claimed)
  assert.deepEqual(phone.said, [texts.case.thanks])

  await visits(case_id)
  const { obligations } = await mediator('GET', `/cases/${case_id}`)
  await mediator('POST', `/obligations/${obligations[0].id}/confirm`)
  await page.drawn.instance.onShow()
  await page.tap('给服务打分')
  const rate = await open(phone.opened.at(-1))
  await rate.tap('很满意')
  await rate.write(texts.rate.words, '调解员很有耐心')
  await rate.tap(texts.rate.submit)
  await rate.shows(texts.rate.thanks)
  const twice = await open(phone.opened.at(-1))
  await twice.tap('很满意')
  await twice.tap(texts.rate.submit)
  await twice.shows(texts.rate.used)

  const after = await open(`/pages/case/index?id=${case_id}`)
  await after.shows('已履行完毕')
  assert.equal(after.drawn.data.main.deed, 'call')
})
