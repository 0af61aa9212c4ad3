// What staff do on their own phone, against the running server.
const test = require('node:test')
const assert = require('node:assert')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { phone, hand, picks_up, open, eventually } = require('./phone')
const { fresh_totp } = require('./signing')
const desk = require('./desk')
const api = require('../../miniprogram/api')
const address = require('../../miniprogram/address')
const { enter, tasks, task, take, home, mine, roles, problems } = require('../../miniprogram/texts')

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const STAFF = JSON.parse(process.env.MINI_STAFF)
const LEAK = '楼上漏水，我家天花板坏了，找他几次都不肯修'
const TOLD = { place: '枫溪苑3幢', others: '', danger: '没有', latitude: null, longitude: null, media: [] }
const WEB_VIEW = { 'user-agent': 'MicroMessenger/8.0.50 miniProgram/wx0' }

/** A picture that was just taken. */
function picture() {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'album-')), 'seen.png')
  fs.writeFileSync(file, Buffer.from(PNG, 'base64'))
  return file
}

const of_staff = (login) => STAFF.find((one) => one.login === login)

const phones = new Map() // whose, as they were left

/** Take somebody's own phone up, on which they work. */
async function is_at_work(login, number) {
  if (!phones.has(login)) {
    await begins_work(login, number)
    phones.set(login, structuredClone({ openid: phone.openid, storage: phone.storage }))
    return
  }
  const { openid, storage } = structuredClone(phones.get(login))
  hand(openid)
  phone.storage = storage
}

/** Log in on a fresh phone with both factors. */
async function begins_work(login, number) {
  phones.delete(login) // the phone before is bound no more
  await picks_up(`手机${login}`, number)
  const page = await open('/pages/enter/index')
  const { password, totp_secret } = of_staff(login)
  await page.write(enter.login, login)
  await page.write(enter.password, password)
  await page.write(enter.code, await fresh_totp(totp_secret))
  await page.tap(enter.submit)
  await eventually(() => phone.opened.at(-1) === '/pages/tasks/index', () => page.words)
}

/** Log in again on the phone that is bound. */
async function works_again(login) {
  phone.storage.delete('work')
  const page = await open('/pages/enter/index')
  await page.write(enter.password, of_staff(login).password)
  await page.tap(enter.submit)
  await eventually(() => api.atWork(), () => page.words)
}

/** A resident reports, and the case waits for the mediator. */
async function waits_for_mediator(name, number, story = LEAK) {
  await picks_up(name, number)
  const told = await api.report({ ...TOLD, story })
  const { mediators } = await desk.dispatcher('GET', '/choices')
  const [{ value }] = mediators.filter((one) => one.words.includes('周平安'))
  await desk.dispatcher('POST', `/cases/${told.case_id}/register`, { version: 0, type_code: '02', cell: '' })
  const { version } = await desk.dispatcher('GET', `/cases/${told.case_id}`)
  await desk.dispatcher('POST', `/cases/${told.case_id}/dispatch`, { version, mediator: value })
  return told
}

test('staff come in by both factors once; then the phone asks for the password alone', async () => {
  await begins_work('tiaojie2', '+8612000000941')
  const front = await open('/pages/home/index')
  assert.match(front.words, new RegExp(home.tasks_hint))
  const list = await open('/pages/tasks/index')
  await list.shows(tasks.who('周平安', roles.mediator))

  await works_again('tiaojie2')
  await (await open('/pages/tasks/index')).shows('周平安')
})

test('wrong secrets open nothing, and the page says what to do', async () => {
  await picks_up('外人乙', '+8612000000942')
  const page = await open('/pages/enter/index')
  await page.tap(enter.submit)
  assert.match(page.words, new RegExp(enter.missing))
  await page.write(enter.login, 'tiaojie2')
  await page.write(enter.password, 'guess-guess-guess')
  await page.write(enter.code, '000000')
  await page.tap(enter.submit)
  await page.shows(enter.wrong)

  assert.equal(api.atWork(), null)
  assert.deepEqual([...phone.storage.keys()].filter((one) => one.startsWith('taken')), [])
  assert.ok(!(await open('/pages/home/index')).words.includes(home.tasks_hint))
})

test('whoever is no staff sees no tasks: the page leads to the log-in', async () => {
  await picks_up('居民丙', '+8612000000943')
  const data = await open('/pages/mine/index')
  await data.shows(mine.staff)
  await data.tap(mine.staff)
  await open('/pages/tasks/index')

  assert.deepEqual(phone.opened, ['/pages/enter/index', '/pages/enter/index'])
  await assert.rejects(api.tasks(), { status: 401, title: problems.log_in })
})

test('a mediator takes a case, calls a party, fixes a meeting and enters its room', async () => {
  const { case_id: id, case_number: number } = await waits_for_mediator('蓝等人', '+8612000000944')
  await is_at_work('tiaojie2', '+8612000000941')
  const list = await open('/pages/tasks/index')
  await list.shows(number)
  await list.tap(number)
  assert.equal(phone.opened.at(-1), `/pages/task/index?id=${id}`)

  const page = await open(phone.opened.at(-1))
  await page.shows(LEAK)
  await page.tap(task.accept)
  await page.shows(task.meet)
  await page.choose(task.date, '2020-01-01')
  await page.tap(task.fix)
  await page.shows(task.passed)
  await page.tap(task.now)
  await page.shows(task.fixed)
  await eventually(() => phone.opened.at(-1).startsWith('/pages/web/index?work=1'))

  const web = await open(phone.opened.at(-1))
  await eventually(() => web.all('src').length)
  const entered = await fetch(web.all('src')[0], { headers: WEB_VIEW, redirect: 'manual' })
  assert.match(entered.headers.get('location'), new RegExp(`^/desk/cases/${id}/meetings/\\w+$`))
  assert.match(entered.headers.get('set-cookie'), /fengqiao-staff=/)
})

test('a case is given back with its reason and is gone from the list', async () => {
  const { case_id: id, case_number: number } = await waits_for_mediator('邵退单', '+8612000000945')
  await is_at_work('tiaojie2', '+8612000000941')
  const page = await open(`/pages/task/index?id=${id}`)
  await page.shows(task.why)
  await page.tap(task.give_back)
  await page.shows(task.why_missing)
  await page.write(task.why, '当事人是我的邻居，应当回避')
  phone.opened.length = 0
  await page.tap(task.give_back)
  await eventually(() => phone.opened.at(-1) === '/pages/tasks/index')

  const list = await open('/pages/tasks/index')
  await eventually(() => list.drawn.data.loaded)
  assert.ok(!list.words.includes(number))
  assert.equal((await desk.dispatcher('GET', `/cases/${id}`)).line.state, 'registered')
})

test('a meeting is fixed for a day and an hour of here', async () => {
  const { case_id: id } = await waits_for_mediator('竺约时', '+8612000000946')
  await is_at_work('tiaojie2', '+8612000000941')
  const page = await open(`/pages/task/index?id=${id}`)
  await page.shows(task.accept)
  await page.tap(task.accept)
  await page.shows(task.meet)
  const day = new Date(Date.now() + 3 * 86400000).toISOString().slice(0, 10)
  await page.choose(task.date, day)
  await page.choose(task.clock, '14:30')
  await page.tap(task.fix)
  await page.shows(task.fixed)

  const [meeting] = (await api.seeTask(id)).meetings
  assert.equal(Date.parse(meeting.starts_at), Date.parse(`${day}T14:30:00+08:00`))
  assert.match(page.words, /14:30/)
})

test('a clerk takes down what a resident says on the phone; sent again it is the same case', async () => {
  await is_at_work('fenpai', '+8612000000947')
  const list = await open('/pages/tasks/index')
  await list.shows(tasks.take)
  await list.tap(tasks.take)
  const page = await open(phone.opened.at(-1))
  await page.tap(take.submit)
  await page.shows(take.name_missing)
  await page.write(take.name, '吕来电')
  await page.write(take.phone, '12000000948')
  await page.tap(take.how['by-phone'])
  await page.write(take.story, '隔壁装修半夜还在敲墙，说了几次不听')
  await page.write(take.place, '枫溪苑5幢')
  phone.loses_answers = true
  await page.tap(take.submit)
  await page.shows(take.uncertain)
  phone.loses_answers = false
  await page.tap(take.submit)
  await page.shows(take.done)

  assert.ok(page.words.includes(take.told))
  const number = page.drawn.data.done
  const { items } = await desk.dispatcher('GET', `/cases?words=${encodeURIComponent('半夜还在敲墙')}`)
  assert.deepEqual(items.map((one) => one.number), [number])
  await (await open('/pages/tasks/index')).shows(number)
})

test('a grid worker reports what they found, with a picture and their place, and follows it', async () => {
  await is_at_work('wangge', '+8612000000949')
  await api.myCases() // the picture is kept for whoever holds the phone
  const page = await open('/pages/take/index?found=1')
  await page.shows(take.title_found)
  assert.ok(!page.words.includes(take.name))
  await page.tap(take.submit)
  await page.shows(take.story_missing)
  await page.write(take.story, '两家为停车位在楼下吵架，已经好几天')
  await page.tap(take.submit)
  await page.shows(take.place_missing)
  phone.position = { latitude: 30.001, longitude: 120.001 }
  await page.tap(take.here)
  await page.shows(take.spot_kept)
  phone.album = [picture()]
  await page.tap('拍照或选照片')
  await eventually(() => page.drawn.data.draft.pictures.length === 1, () => page.words)
  await page.tap(take.submit)
  await page.shows(take.done)

  const list = await open('/pages/tasks/index')
  await list.shows(page.drawn.data.done)
  await list.tap(page.drawn.data.done)
  const seen = await open(phone.opened.at(-1))
  await seen.shows('停车位')
  assert.ok(!seen.words.includes(task.accept))
})

test('a clerk registers a case with what is proposed and hands it to a mediator', async () => {
  await picks_up('萧受理', '+8612000000951')
  const { case_id: id } = await api.report({ ...TOLD, story: LEAK })
  await is_at_work('fenpai', '+8612000000947')
  const page = await open(`/pages/task/index?id=${id}`)
  await page.shows(`${task.type}：邻里`)
  await page.choose(task.type, '2')
  await page.tap(task.register)
  await page.shows(task.dispatch)
  const mediators = page.drawn.data.offers.mediator
  assert.equal(page.drawn.data.found.may_register, false)
  await page.choose(task.mediator, String(mediators.words.findIndex((one) => one.includes('周平安'))))
  await page.shows('周平安')
  await page.tap(task.dispatch)
  await page.shows('已分派')

  const { line, type_code } = await desk.dispatcher('GET', `/cases/${id}`)
  assert.deepEqual([line.state, line.mediator, type_code], ['dispatched', '周平安', '03'])
})

test('danger that a clerk takes down stands on top, and is taken on by name', async () => {
  await is_at_work('fenpai', '+8612000000947')
  const form = await open('/pages/take/index')
  await form.write(take.name, '缪告急')
  await form.tap(take.how['by-phone'])
  await form.write(take.story, '邻居喝了酒在门口闹')
  await form.write(take.place, '枫溪苑9幢')
  await form.write(take.danger, '他拿着刀说要砍死我')
  await form.shows(take.danger_call)
  await form.tap('打 110')
  await form.tap(take.submit)
  await form.shows(take.done)
  assert.deepEqual(phone.called, ['110'])

  const list = await open('/pages/tasks/index')
  await list.shows(tasks.danger)
  const waiting = list.drawn.data.tasks
  const mine = waiting.findIndex((one) => one.number === form.drawn.data.done)
  assert.ok(waiting.slice(0, mine + 1).every((one) => one.alarmed))
  const first = waiting[mine]
  const page = await open(`/pages/task/index?id=${first.id}`)
  await page.tap(task.acknowledge)
  await page.shows(task.seen_by('陈晓分'))
  assert.ok(!page.words.includes(task.acknowledge))
})

test('who has several roles changes from one to another with the password', async () => {
  await is_at_work('tiaojie2', '+8612000000941')
  phone.storage.set('work', { ...api.atWork(), role: 'grid-worker', roles: ['mediator', 'grid-worker'] })
  const list = await open('/pages/tasks/index')
  await list.shows(tasks.turn(roles.mediator))
  await list.tap(tasks.turn(roles.mediator))
  const page = await open(phone.opened.at(-1))
  await page.shows(enter.as(roles.mediator))
  await page.write(enter.password, of_staff('tiaojie2').password)
  await page.tap(enter.submit)

  await eventually(() => api.atWork().role === 'mediator')
})

test('who logs out keeps the phone bound', async () => {
  await begins_work('tiaojie2', '+8612000000941')
  const { secret } = api.atWork()
  const list = await open('/pages/tasks/index')
  await list.shows(tasks.leave)
  await list.tap(tasks.leave)
  await eventually(() => phone.opened.at(-1) === '/pages/home/index')

  await assert.rejects(desk.ask(secret, 'GET', '/tasks'), /401/)
  assert.ok((await open('/pages/enter/index')).words.includes(enter.bound))
})

test('what was begun and not sent is there again', async () => {
  await is_at_work('fenpai', '+8612000000947')
  await (await open('/pages/take/index')).write(take.story, '写到一半被叫走')

  const other = await open('/pages/take/index?found=1')
  await other.write(take.story, '路上看见的')
  const again = await open('/pages/take/index')
  const work = api.atWork()
  phone.storage.set('work', { ...work, id: 'somebody-else' })
  const theirs = await open('/pages/take/index')
  await theirs.write(take.story, '别人写的')
  phone.storage.set('work', work)
  const mine_still = await open('/pages/take/index')

  assert.equal(other.drawn.data.draft.story, '路上看见的')
  assert.equal(again.drawn.data.draft.story, '写到一半被叫走')
  assert.equal(theirs.drawn.data.draft.story, '别人写的')
  assert.equal(mine_still.drawn.data.draft.story, '写到一半被叫走')
})

test('a case of another mediator is as good as missing', async () => {
  await picks_up('濮别人', '+8612000000950')
  const { case_id: id } = await api.report({ ...TOLD, story: LEAK })
  await desk.hand_over(id) // to 李春和
  await is_at_work('tiaojie2', '+8612000000941')

  const page = await open(`/pages/task/index?id=${id}`)

  await page.shows('没有找到您要的内容')
  assert.ok(!page.words.includes(LEAK))
})

test('a session that is over leads back to the log-in, and nothing is lost', async () => {
  await is_at_work('fenpai', '+8612000000947')
  phone.storage.set('work', { ...api.atWork(), secret: 'over' })
  const page = await open('/pages/take/index')
  await page.write(take.name, '滕过期')
  await page.tap(take.how['in-person'])
  await page.write(take.story, '门口堆杂物')
  await page.write(take.place, '枫溪路8号')
  await page.tap(take.submit)
  await eventually(() => phone.opened.at(-1) === '/pages/enter/index')

  await works_again('fenpai')
  await page.tap(take.submit)
  await page.shows(take.done)
})

test('who gives the phone up is out at once, and the next log-in needs both factors', async () => {
  await begins_work('wangge', '+8612000000949')
  const { secret } = api.atWork()
  await (await open('/pages/take/index?found=1')).write(take.story, '还没报的事')
  const list = await open('/pages/tasks/index')
  await list.shows(tasks.loosen)
  await list.tap(tasks.loosen)
  await eventually(() => phone.opened.at(-1) === '/pages/home/index')

  await assert.rejects(desk.ask(secret, 'GET', '/tasks'), /401/)
  assert.deepEqual([...phone.storage.keys()].filter((one) => one.startsWith('taken')), [])
  assert.ok(!(await open('/pages/home/index')).words.includes(home.tasks_hint))
  assert.match((await open('/pages/enter/index')).words, /验证器/)
})

test('only a case and the room of a meeting open from the desk', () => {
  const of = address.deskPathOf

  assert.equal(of('/desk/cases/c1'), '/desk/cases/c1')
  assert.equal(of('/desk/cases/c1/meetings/m1'), '/desk/cases/c1/meetings/m1')
  assert.deepEqual(['/desk', '/desk/accounts', '//evil.example/desk/cases/c', ''].map(of), ['', '', '', ''])
})
