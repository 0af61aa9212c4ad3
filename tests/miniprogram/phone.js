// A phone in somebody's hand: it runs the mini-program's pages without WeChat, and its `wx` speaks
// real HTTP to the running server. Who holds it is asked of the simulated platform.
const fs = require('node:fs')
const path = require('node:path')
const { JSDOM } = require('jsdom')

const ROOT = path.resolve(__dirname, '../../miniprogram')
const PATIENCE = 10000 // ms that a page may take on a busy machine
const { MINI_SERVER: SERVER, MINI_SIMULATOR: SIMULATOR } = process.env

const { window } = new JSDOM('<!doctype html><body></body>', { url: 'http://localhost/' })
const BROWSER = 'document HTMLElement Node Event CustomEvent TouchEvent MutationObserver'
const browser = { window, ...Object.fromEntries(BROWSER.split(' ').map((name) => [name, window[name]])) }
for (const [name, value] of Object.entries(browser))
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
const simulate = require('miniprogram-simulate')
const exparser = require('miniprogram-exparser')

// WeChat lets a page be written as a component; the other way round a page's functions are methods.
globalThis.Page = (options) => {
  const functions = Object.entries(options).filter(([, value]) => typeof value === 'function')
  Component({ data: options.data, methods: Object.fromEntries(functions) })
}

/** What happened on the phone since it was picked up. */
const phone = {
  opened: [], // addresses of pages
  called: [], // numbers
  said: [], // toasts
  openid: '',
  address: '', // in the network, its own
  storage: new Map(),
  scanned: '',
  album: [],
  recorded: '', // the file that the microphone makes, if it may be used
  spot: null,
  position: null,
  sure: true, // what the person answers when asked whether they are sure
  factor: 1, // how much larger the phone shows words
  agreed: true, // to the privacy guide
  reminder: 'accept', // what the person answers when asked about messages, or the code of a failure
  files: {}, // what was written down, by path
  written: {}, // when, in seconds
  sent: [], // files that went to a chat
  numbered: '', // WeChat's code for the phone number, if the person gives it
  offline: false,
  loses_answers: false,
  asked: [], // requests as "METHOD path"
}
const blank = structuredClone(phone)
let ask_privacy = null

/** Give the phone to somebody who never used the mini-program. */
function hand(openid) {
  const address = `10.${[0, 0, 0].map(() => Math.floor(Math.random() * 256)).join('.')}`
  Object.assign(phone, structuredClone(blank), { openid, address })
  phone.storage.set('server', SERVER)
  ask_privacy = null
}

const failure = (name, why) => ({ errMsg: `${name}:fail ${why}` })

function request({ url, method = 'GET', data, header = {}, responseType, success, fail }) {
  phone.asked.push(`${method} ${new URL(url).pathname}`)
  if (phone.offline) return void Promise.resolve().then(() => fail(failure('request', 'offline')))
  const body = data instanceof ArrayBuffer ? Buffer.from(data) : data && JSON.stringify(data)
  fetch(url, { method, headers: { ...header, 'x-forwarded-for': phone.address }, body })
    .then(async (answer) => {
      const bytes = await answer.arrayBuffer()
      if (phone.loses_answers) return fail(failure('request', 'timeout'))
      const text = () => Buffer.from(bytes).toString('utf8')
      return success({ statusCode: answer.status, data: responseType === 'arraybuffer' ? bytes : parsed(text()) })
    })
    .catch((error) => fail(failure('request', error.message)))
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text // as WeChat does
  }
}

/** Ask for the privacy guide before something private is handed over, as WeChat does. */
function privately(name, { success, fail }, found) {
  const give = () => (found() ? success(found()) : fail(failure(name, 'cancel')))
  if (phone.agreed) return give()
  return ask_privacy(({ event }) =>
    event === 'agree' ? give() : fail(failure(name, 'privacy permission is not authorized')),
  )
}

/** The microphone: it records until it is stopped. */
const recorder = {
  onStop: (listener) => (recorder.stopped = listener),
  onError: (listener) => (recorder.failed = listener),
  start: () => (phone.recorded ? undefined : recorder.failed(failure('operateRecorder', 'auth deny'))),
  stop: () => recorder.stopped({ tempFilePath: phone.recorded }),
}

Object.assign(wx, {
  request,
  login: async ({ success, fail }) => {
    const answer = await control('codes', { openid: phone.openid, kind: 'js' }).catch(() => null)
    return answer && !phone.offline ? success(answer) : fail(failure('login', 'offline'))
  },
  getStorageSync: (key) => (phone.storage.has(key) ? structuredClone(phone.storage.get(key)) : ''),
  setStorageSync: (key, value) => void phone.storage.set(key, structuredClone(value)),
  getStorageInfoSync: () => ({ keys: [...phone.storage.keys()] }),
  removeStorageSync: (key) => void phone.storage.delete(key),
  getAccountInfoSync: () => ({ miniProgram: { envVersion: 'develop' } }),
  getAppBaseInfo: () => ({ fontSizeScaleFactor: phone.factor }),
  navigateTo: ({ url }) => void phone.opened.push(url),
  redirectTo: ({ url }) => void phone.opened.push(url),
  reLaunch: ({ url }) => void phone.opened.push(url),
  makePhoneCall: ({ phoneNumber }) => void phone.called.push(phoneNumber),
  showToast: ({ title }) => void phone.said.push(title),
  showModal: ({ success }) => success({ confirm: phone.sure, cancel: !phone.sure }),
  stopPullDownRefresh: () => {},
  scanCode: ({ success, fail }) =>
    phone.scanned ? success({ result: phone.scanned }) : fail?.(failure('scanCode', 'cancel')),
  arrayBufferToBase64: (bytes) => Buffer.from(bytes).toString('base64'),
  getFileSystemManager: () => ({
    readFile: ({ filePath, success }) => {
      const bytes = fs.readFileSync(filePath)
      success({ data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) })
    },
    writeFile: ({ filePath, data, success }) => {
      phone.files[filePath] = Buffer.from(data)
      phone.written[filePath] = Date.now() / 1000
      success({})
    },
    statSync: (filePath) => {
      if (!phone.files[filePath]) throw new Error('statSync:fail no such file or directory')
      return { lastModifiedTime: phone.written[filePath] }
    },
    unlink: ({ filePath }) => void delete phone.files[filePath],
  }),
  env: { USER_DATA_PATH: 'http://usr' },
  shareFileMessage: ({ filePath, success, fail }) => {
    if (!phone.sure) return fail(failure('shareFileMessage', 'cancel'))
    phone.sent.push(filePath)
    return success({})
  },
  setNavigationBarTitle: () => {},
  getRecorderManager: () => recorder,
  onNeedPrivacyAuthorization: (listener) => {
    ask_privacy = listener
  },
  openPrivacyContract: () => {},
  requestSubscribeMessage: ({ tmplIds, success, fail }) =>
    typeof phone.reminder === 'number'
      ? fail({ errMsg: 'requestSubscribeMessage:fail', errCode: phone.reminder })
      : success({
          errMsg: 'requestSubscribeMessage:ok',
          ...Object.fromEntries(tmplIds.map((one) => [one, phone.reminder])),
        }),
  chooseLocation: (how) => privately('chooseLocation', how, () => phone.spot),
  getLocation: (how) => privately('getLocation', how, () => phone.position),
  chooseMedia: (how) =>
    privately('chooseMedia', how, () =>
      phone.album.length ? { tempFiles: phone.album.map((one) => ({ tempFilePath: one })) } : null,
    ),
})

/** Call the simulated platform. */
async function control(what, body) {
  const answer = await fetch(`${SIMULATOR}/_sim/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return answer.json()
}

/** Hand the phone to somebody with a WeChat account, new or known by this number. */
async function picks_up(name, number) {
  const { openids } = await control('users', { name, phone: number })
  hand(openids.miniprogram)
}

const loaded = new Map()

/** A component or page of the mini-program, drawn. */
function draw(name, properties) {
  if (!loaded.has(name)) loaded.set(name, simulate.load(path.join(ROOT, name), { rootPath: ROOT }))
  const drawn = simulate.render(loaded.get(name), properties)
  document.body.replaceChildren()
  drawn.attach(document.body)
  return new Screen(drawn)
}

/** Open a page by its address; like WeChat, hand it its options as they were written. */
async function open(address) {
  const [name, query = ''] = address.slice(1).split('?')
  const screen = draw(name)
  const page = screen.drawn.instance
  await page.onLoad?.(Object.fromEntries(query.split('&').map((one) => one.split('='))))
  await page.onShow?.()
  return screen
}

/** What stands on the phone, and what a finger can do to it. */
class Screen {
  constructor(drawn) {
    this.drawn = drawn
  }

  get words() {
    return this.drawn.dom.textContent.replace(/\s+/g, ' ')
  }

  get html() {
    return this.drawn.dom.innerHTML
  }

  get elements() {
    const all = [...this.drawn.dom.querySelectorAll('*')].map((one) => one.__wxElement)
    return all.filter((one) => one?._vt)
  }

  /** The value of an attribute wherever it is given. */
  all(attribute) {
    return this.elements.flatMap((one) => attributeOf(one, attribute) ?? [])
  }

  /** Tap what can be tapped and bears these words. */
  async tap(words) {
    const live = (one) => canBe(one, 'tap') && attributeOf(one, 'disabled') !== true
    const usable = this.elements.filter(live)
    const exact = usable.find((one) => label(one) === words)
    const found = exact || usable.find((one) => label(one).includes(words))
    if (!found) throw new Error(`nothing to tap says ${words} in: ${this.words}`)
    return fire(found, 'tap', {})
  }

  /** Write into the field that is called this. */
  async write(name, value) {
    const field = this.elements.find((one) => attributeOf(one, 'aria-label') === name)
    if (!field) throw new Error(`no field is called ${name} in: ${this.words}`)
    return fire(field, 'input', { value })
  }

  /** Choose from a picker that is called this. */
  async choose(name, value) {
    const field = this.elements.find((one) => attributeOf(one, 'aria-label') === name)
    if (!field) throw new Error(`no picker is called ${name} in: ${this.words}`)
    return fire(field, 'change', { value })
  }

  /** Answer WeChat's own question for the phone number. */
  async give_number(words) {
    const button = this.elements.find((one) => label(one) === words)
    const { code } = phone.numbered
      ? await control('codes', { openid: phone.openid, kind: 'phone' })
      : { code: undefined }
    return fire(button, 'getphonenumber', { code })
  }

  /** Agree to what WeChat asks through a button of its own. */
  async agree(words) {
    const button = this.elements.find((one) => label(one) === words)
    return fire(button, 'agreeprivacyauthorization', {})
  }

  /** Wait until these words stand there. */
  async shows(words) {
    return eventually(() => this.words.includes(words), () => `${words} never came: ${this.words}`)
  }
}

const canBe = (element, event) => Object.keys(element._vt.event || {}).some((one) => one.endsWith(event))
const label = (element) => element.$$.textContent.trim()

function attributeOf(element, name) {
  const camel = name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase())
  return element._vt.attrs.find((one) => one.name === camel)?.value
}

async function fire(element, name, detail) {
  const event = exparser.Event.create(name, detail, { bubbles: true, capturePhase: true, composed: true })
  exparser.Event.dispatchEvent(element, event)
  await simulate.sleep(0)
}

async function eventually(look, why = () => 'it never came true', patience = PATIENCE) {
  const deadline = Date.now() + patience
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > deadline) throw new Error(why())
    await simulate.sleep(20)
  }
}

module.exports = { phone, hand, picks_up, control, draw, open, eventually, ROOT }
