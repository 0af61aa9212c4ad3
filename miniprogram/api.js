// Everything that is asked of the server; the only file that calls wx.request.
const { server } = require('./address')
const texts = require('./texts')

const PATIENCE = 15000 // ms
const PATIENCE_FOR_PICTURES = 60000
const SESSION = 'session'

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
 * @param {'GET' | 'POST'} method
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

  myCases: () => ask('GET', '/my/cases'),

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
}
