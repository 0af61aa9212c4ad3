// Draw the pages with the running server's data, as documents that a browser can lay out: the same
// elements, classes and styles, with WeChat's built-in elements given their plain look.
// usage: node draw_pages.js FOLDER
const fs = require('node:fs')
const path = require('node:path')
const { phone, picks_up, open, eventually, ROOT } = require('./phone')
const { fresh_totp } = require('./signing')
const desk = require('./desk')
const api = require('../../miniprogram/api')
const care = require('../../miniprogram/care')
const { chosen } = require('../../miniprogram/pages/task/choosing')
const texts = require('../../miniprogram/texts')

// https://developers.weixin.qq.com/miniprogram/dev/component/: what each element is by itself.
const BUILT_IN = `
* { box-sizing: border-box } body { margin: 0; font-family: "Noto Sans CJK SC", sans-serif }
wx-view, wx-web-view { display: block }
wx-image { display: inline-block; width: 320px; height: 240px; background-size: 100% 100% }
wx-button { display: block; margin: 0 auto; width: 184px; padding: 8px 24px; border-radius: 4px;
  font-size: 17px; font-weight: 700; line-height: 1.41; background: #f2f2f2; color: #06ae56 }
wx-input, wx-textarea, wx-picker { display: block }
case-line, next-step, phone-bar, privacy-prompt, progress-steps { display: inline }
`

/** The page's own styles, and those of the components that stand on it. */
function styles(page) {
  const { usingComponents } = JSON.parse(fs.readFileSync(path.join(ROOT, `${page}.json`)))
  const files = ['app', page, ...Object.values(usingComponents).map((one) => one.slice(1))]
  const all = files.map((one) => fs.readFileSync(path.join(ROOT, `${one}.wxss`), 'utf8'))
  return BUILT_IN + all.join('\n').replace(/^page \{/m, 'body {').replace(/^(?=textarea\.)/gm, 'wx-')
}

/** Give every element what a browser or screen reader would be told of it. */
function dressed(screen) {
  for (const element of screen.elements) {
    const own = element.$$
    for (const { name, value } of element._vt.attrs) {
      if (value === undefined) continue // was there before the page changed
      const plain = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
      if (plain === 'aria-role') own.setAttribute('role', value)
      else if (plain.startsWith('aria-')) own.setAttribute(plain, String(value))
      else if (plain === 'src') own.style.backgroundImage = `url("${value}")`
      else if (plain === 'disabled' && value === true) own.setAttribute('disabled', '')
    }
    const kind = own.localName
    const pressed = kind === 'wx-button' || kind === 'wx-picker'
    if (pressed && !own.hasAttribute('role')) own.setAttribute('role', 'button')
    if (pressed) own.setAttribute('tabindex', '0')
    if (/^wx-(input|textarea)$/.test(kind)) written(element, own)
    if (kind === 'wx-image') own.setAttribute('role', 'img')
    if (own.getAttribute('role') === 'heading') own.setAttribute('aria-level', '1')
  }
  return screen.html.replace(/\b[a-z]+(?:-[a-z]+)*--([a-z])/g, '$1')
}

function written(element, own) {
  const of = (name) => element._vt.attrs.find((one) => one.name === name)?.value
  own.setAttribute('role', 'textbox')
  own.textContent = of('value') || ''
}

function keep(folder, name, page, screen) {
  const head = `<meta charset="utf-8"><title>${name}</title><style>${styles(page)}</style>`
  const whole = `<!doctype html><html lang="zh-CN"><head>${head}</head><body><main>${dressed(screen)}</main></body></html>`
  fs.writeFileSync(path.join(folder, `${name}.html`), whole)
}

const TOLD = { place: '枫溪苑3幢', others: '', danger: '没有', latitude: null, longitude: null, media: [] }

/** Every page in the state that shows most of it. */
function pages(told, waiting) {
  const { case_id: id, case_number: number, code_url: code } = told
  return [
    ['home', 'pages/home/index', () => open('/pages/home/index')],
    ...[0, 1, 2, 3, 4, 5].map((step) => [`report-${step}`, 'pages/report/index', () => at_step(step)]),
    ['result', 'pages/result/index', () => open(`/pages/result/index?id=${id}&number=${encodeURIComponent(number)}`)],
    ['cases', 'pages/cases/index', () => open('/pages/cases/index')],
    ['case', 'pages/case/index', () => open(`/pages/case/index?id=${id}`)],
    ['scan', 'pages/scan/index', () => open(`/pages/scan/index?q=${encodeURIComponent(code)}`)],
    ['rate', 'pages/rate/index', () => open('/pages/rate/index?secret=s')],
    ['web', 'pages/web/index', () => open('/pages/web/index?path=nowhere')],
    ['messages', 'pages/messages/index', () => open('/pages/messages/index')],
    ['check', 'pages/check/index', () => open('/pages/check/index')],
    ['checked', 'pages/check/index', checked],
    ['warnings', 'pages/warnings/index', () => open('/pages/warnings/index')],
    ['mine', 'pages/mine/index', with_wish],
    ['enter', 'pages/enter/index', () => open('/pages/enter/index?role=mediator')],
    ['tasks', 'pages/tasks/index', () => open('/pages/tasks/index')],
    ['task', 'pages/task/index', () => open(`/pages/task/index?id=${waiting.case_id}`)],
    ['task-clerk', 'pages/task/index', () => as_clerk(waiting.case_id)],
    ['take', 'pages/take/index', () => open('/pages/take/index')],
  ]
}

async function checked() {
  const page = await open('/pages/check/index')
  page.drawn.instance.setData({ text: '我是公安局的，把钱转到安全账户，我已经转了，他说要杀了我' })
  await page.drawn.instance.submit()
  return page
}

async function with_wish() {
  const page = await open('/pages/mine/index')
  page.drawn.instance.setData({ opened: 'everything' })
  return page
}

/** The page of a case as it stands when a clerk may still choose. */
async function as_clerk(id) {
  const page = await open(`/pages/task/index?id=${id}`)
  await eventually(() => page.drawn.data.found)
  const { instance } = page.drawn
  const offer = chosen({ values: ['02', '03'], words: ['邻里', '房屋宅基地'] }, -1)
  instance.setData({
    offers: { type: offer, cell: offer, mediator: offer },
    'found.may_register': true,
    'found.may_dispatch': true,
    'found.danger': texts.task.danger('拿着刀'),
    'found.may_acknowledge': true,
    'found.may_visit': true,
  })
  return page
}

/** Whoever holds the phone also works here: 李春和, who mediates the case. */
async function works() {
  const { password, totp_secret } = JSON.parse(process.env.MINI_STAFF).find((one) => one.login === 'tiaojie')
  await api.beginWork({ login: 'tiaojie', password, code: await fresh_totp(totp_secret) })
  phone.storage.delete('work-phone') // the whole form of the log-in shows most
}

async function at_step(step) {
  const page = await open('/pages/report/index')
  const { instance } = page.drawn
  instance.change({ story: '楼上漏水，我家天花板坏了', place: '枫溪苑3幢', danger: 'yes', danger_words: '', voices: ['v'] })
  instance.turnTo(step)
  if (step === 3) await page.tap(texts.report.next)
  return page
}

async function main(folder) {
  await picks_up('黎好看', '+8612000000871')
  const told = await api.report({ ...TOLD, story: '楼上漏水，我家天花板坏了，找他几次都不肯修' })
  await desk.hand_over(told.case_id)
  await desk.fix_meeting(told.case_id)
  const waiting = await api.report({ ...TOLD, story: '隔壁半夜装修，说了几次都不听' })
  await desk.hand_over(waiting.case_id)
  await works()
  for (const large of [false, true]) {
    care.choose(large)
    for (const [name, page, show] of pages(told, waiting)) {
      const screen = await show()
      await screen.shows('0999-')
      await eventually(() => !screen.words.includes(texts.loading))
      keep(folder, large ? `${name}-large` : name, page, screen)
    }
  }
}

main(process.argv[2])
