// Everything that is asked of the server; the only file that calls wx.request.
const { server } = require('./address')
const texts = require('./texts')

const PATIENCE = 15000 // ms
const PATIENCE_FOR_PICTURES = 60000
const SESSION = 'session'
const WORK = 'work' // the session of somebody of the centre
const BOUND = 'work-phone' // is this phone bound to an account of the centre?

/**
 * Why something could not be done. `title` is a sentence for people; `code` is for programs;
 * `status` is 0 when the server was not reached, so that nobody knows what became of it.
 * @typedef {{status: number, code: string, title: string, field: string}} Problem
 */

/**
 * What a log-in gave: `secret` is good for minutes, `renewal` renews it once.
 * @typedef {{secret: string, renewal: string}} Session
 */

/** @type {Promise<Session> | null} */
let opening = null

/**
 * @param {'GET' | 'POST' | 'PUT' | 'DELETE'} method
 * @param {string} path under /api/v1
 * @param {{data?: any, header?: Record<string, string>, bytes?: boolean, patience?: number}} how
 * @returns {Promise<any>}
 */
function send(method, path, { data, header = {}, bytes = false, patience = PATIENCE } = {}) {
  return new Promise((resolve, reject) => {
    wx.request({
      url: `${server()}/api/v1${path}`,
      method,
      data,
      header: { 'content-type': 'application/json', ...header },
      responseType: bytes ? 'arraybuffer' : 'text',
      dataType: 'json', // left alone by WeChat where the answer is bytes
      timeout: patience,
      success: (answer) =>
        answer.statusCode < 400 ? resolve(answer.data) : reject(problemOf(answer)),
      fail: () => reject({ status: 0, code: 'offline', title: texts.problems.offline, field: '' }),
    })
  })
}

/** @returns {Problem} */
function problemOf({ statusCode, data }) {
  const told = data && typeof data === 'object' && data.title ? data : {}
  return {
    status: statusCode,
    code: told.code || 'unknown',
    title: told.title || texts.problems.unknown,
    field: told.field || '',
  }
}

/** Ask as the person who holds the phone; a session that is over is renewed and asked again. */
async function ask(method, path, how = {}) {
  const asked = ({ secret }) =>
    send(method, path, { ...how, header: { ...how.header, authorization: `Bearer ${secret}` } })
  const held = kept() || (await opened(logIn))
  try {
    return await asked(held)
  } catch (problem) {
    if (problem.status !== 401) throw problem
    const now = kept()
    const renewed = now && now.secret !== held.secret // by another question, meanwhile
    return asked(renewed ? now : await opened(() => renew(held)))
  }
}

/**
 * Who of the centre works on this phone, as one of their roles.
 * @typedef {{secret: string, id: string, name: string, role: string, roles: string[]}} Work
 */

/** Ask as somebody of the centre; when their session is over, they log in again. */
async function askAtWork(method, path, how = {}) {
  const held = atWork()
  if (!held) throw { status: 401, code: 'not-logged-in', title: texts.problems.log_in, field: '' }
  try {
    return await send(method, path, { ...how, header: { authorization: `Bearer ${held.secret}` } })
  } catch (problem) {
    if (problem.status === 401) wx.removeStorageSync(WORK)
    throw problem
  }
}

/** @returns {Work | null} */
function atWork() {
  return wx.getStorageSync(WORK) || null
}

/** @returns {Work} */
function keepWork({ secret, id, name, role, roles }) {
  const work = { secret, id, name, role, roles }
  wx.setStorageSync(WORK, work)
  wx.setStorageSync(BOUND, true)
  return work
}

/** Leave the work on this phone; bound or not any more. */
function leaveWork(bound) {
  wx.removeStorageSync(WORK)
  if (!bound) wx.removeStorageSync(BOUND)
}

/** @returns {Session | null} */
function kept() {
  const found = wx.getStorageSync(SESSION)
  if (!found) return null
  return typeof found === 'string' ? { secret: found, renewal: '' } : found // an older version's
}

/** Several who ask at once wait for the same log-in: @param {() => Promise<Session>} open */
function opened(open) {
  opening =
    opening ||
    open().finally(() => {
      opening = null
    })
  return opening
}

/** Each renewal is good once, so it is forgotten before it is used. @param {Session} held */
async function renew({ renewal }) {
  wx.removeStorageSync(SESSION)
  if (!renewal) return logIn()
  try {
    return keep(await send('POST', '/residents/sessions/renewal', { data: { renewal } }))
  } catch (problem) {
    if (problem.status !== 401) throw problem
    return logIn()
  }
}

async function logIn() {
  const code = await freshCode()
  return keep(await send('POST', '/residents/sessions', { data: { code } }))
}

/** @returns {Session} */
function keep({ secret, renewal }) {
  const session = { secret, renewal }
  wx.setStorageSync(SESSION, session)
  return session
}

/** WeChat's word for who holds the phone, good once: @returns {Promise<string>} */
function freshCode() {
  return new Promise((resolve, reject) => {
    wx.login({
      success: ({ code }) => resolve(code),
      fail: () => reject({ status: 0, code: 'offline', title: texts.problems.offline, field: '' }),
    })
  })
}

module.exports = {
  freshCode,

  /** Name and phone of the centre; nobody needs to log in. */
  centre: () => send('GET', '/centre'),

  /** Make a case of what was told. */
  report: (told) => ask('POST', '/reports', { data: told }),

  /** Keep a picture until the report that shows it: @param {ArrayBuffer} data */
  keepPicture: (data, type) =>
    ask('POST', '/uploads', {
      data,
      header: { 'content-type': type },
      patience: PATIENCE_FOR_PICTURES,
    }),

  /** Keep a recording until the report that it belongs to: @param {ArrayBuffer} data MP3 */
  keepVoice: (data) =>
    ask('POST', '/uploads/voices', {
      data,
      header: { 'content-type': 'audio/mpeg' },
      patience: PATIENCE_FOR_PICTURES,
    }),

  myCases: () => ask('GET', '/my/cases'),

  /** My daily-life matters (民生事项). */
  myMatters: () => ask('GET', '/my/matters'),

  seeCase: (id) => ask('GET', `/cases/${id}`),

  /** @returns {Promise<ArrayBuffer>} the case code as PNG */
  caseCode: (id) => ask('GET', `/cases/${id}/code.png`, { bytes: true }),

  /** @returns {Promise<ArrayBuffer>} one picture of a report */
  casePicture: (id, medium) => ask('GET', `/cases/${id}/media/${medium}`, { bytes: true }),

  /** What anybody may see who holds a case code. */
  seePublicCase: (secret) => send('GET', `/public/cases/${secret}`),

  claimPromise: (id) => ask('POST', `/obligations/${id}/claim`),

  confirmPromise: (id) => ask('POST', `/obligations/${id}/confirm`),

  breachPromise: (id) => ask('POST', `/obligations/${id}/breach`),

  /** My messages, newest first, and how many are new. */
  myMessages: () => ask('GET', '/my/messages'),

  /** Which templates to ask about; none: do not ask. */
  remindersToAsk: () => ask('GET', '/my/subscriptions'),

  /** What the person answered; `tap` names this tap, told twice it counts once. */
  tellReminders: (tap, results) => ask('POST', '/my/subscriptions', { data: { tap, results } }),

  rate: (secret, stars, words) => ask('POST', `/ratings/${secret}`, { data: { stars, words } }),

  /** Has somebody used this phone as themselves before? Nobody is logged in by asking. */
  isKnown: () => kept() !== null,

  /** Messages before the one named `after`. */
  olderMessages: (after) => ask('GET', `/my/messages?after=${after}`),

  /** The messages were seen, up to this one. */
  seeMessages: (until) => ask('POST', '/my/messages/seen', { data: { until } }),

  /** Is this text a fraud? */
  check: (text) => ask('POST', '/my/checks', { data: { text } }),

  /** Which warnings I want. */
  warnings: () => ask('GET', '/my/warnings'),

  chooseWarnings: (topics) => ask('PUT', '/my/warnings', { data: { topics } }),

  /** What is kept about me, why and how long. */
  myData: () => ask('GET', '/my/data'),

  askCopy: () => ask('POST', '/my/copies'),

  /** @returns {Promise<ArrayBuffer>} my data as ZIP; given once */
  takeCopy: (id) => ask('POST', `/my/copies/${id}`, { bytes: true, patience: PATIENCE_FOR_PICTURES }),

  takeBack: (wish) => ask('POST', '/my/withdrawals', { data: { wish } }),

  /** Keep the number that WeChat's own button gave a code for. */
  tellPhone: (code) => ask('POST', '/my/phone', { data: { code } }),

  logOutEverywhere: async () => {
    await ask('DELETE', '/my/sessions')
    wx.removeStorageSync(SESSION)
  },

  /** What is kept of a log-in on this phone is of no use any more. */
  forgetSession: () => wx.removeStorageSync(SESSION),

  atWork,

  /** Was this phone bound to an account of the centre? */
  isBound: () => wx.getStorageSync(BOUND) === true,

  /** The first log-in of staff on this phone: both factors, and the phone is bound. */
  beginWork: async (given) =>
    keepWork(await send('POST', '/staff/phones', { data: { ...given, wechat: await freshCode() } })),

  /** The log-in of staff on the bound phone: the password again. */
  resumeWork: async (given) =>
    keepWork(
      await send('POST', '/staff/phones/sessions', { data: { ...given, wechat: await freshCode() } }),
    ),

  endWork: async () => {
    await askAtWork('DELETE', '/me')
    leaveWork(true)
  },

  /** Give the binding of this phone up. */
  loosenPhone: async () => {
    await askAtWork('DELETE', '/staff/phones')
    leaveWork(false)
  },

  /** What waits for me, the most urgent first. */
  tasks: () => askAtWork('GET', '/tasks'),

  seeTask: (id) => askAtWork('GET', `/cases/${id}`),

  acknowledge: (id) => askAtWork('POST', `/cases/${id}/acknowledge`),

  /** What a form offers: types, cells, mediators. */
  choices: () => askAtWork('GET', '/choices'),

  register: (id, version, type_code, cell) =>
    askAtWork('POST', `/cases/${id}/register`, { data: { version, type_code, cell } }),

  dispatch: (id, version, mediator) =>
    askAtWork('POST', `/cases/${id}/dispatch`, { data: { version, mediator } }),

  accept: (id, version) => askAtWork('POST', `/cases/${id}/accept`, { data: { version } }),

  giveBack: (id, version, reason) =>
    askAtWork('POST', `/cases/${id}/return`, { data: { version, reason } }),

  fixMeeting: (id, version, starts_at) =>
    askAtWork('POST', `/cases/${id}/meetings`, { data: { version, starts_at } }),

  /** `form` names this visit: sent again, it is the same one. */
  noteVisit: (id, words, form) =>
    askAtWork('POST', `/cases/${id}/follow-ups`, { data: { words, form } }),

  /** Make a case of what a resident told me, or of what I found. */
  takeReport: (told) => askAtWork('POST', '/reports/taken', { data: told }),

  /** What opens a page of the desk on this phone, once: @returns {Promise<{ticket: string}>} */
  deskTicket: () => askAtWork('POST', '/staff/pages'),
}
