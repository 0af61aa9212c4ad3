// Where the centre's server is. Set the released address before the first upload.
const DEVELOPMENT = 'http://127.0.0.1:8080'
const RELEASED = 'https://fengqiao.example'

/** The server's origin. A developer may point a phone elsewhere: wx.setStorageSync('server', …). */
function server() {
  const { envVersion } = wx.getAccountInfoSync().miniProgram
  return envVersion === 'develop' ? wx.getStorageSync('server') || DEVELOPMENT : RELEASED
}

/** The paths of our own server that may be opened in a web page. */
const OPENED = /^(?:https?:\/\/[^/]+)?(\/(?:room|sign|rate|m|v|c)(?:\/[\w/-]*)?)$/

/** The path of an address of ours; empty for any other. */
function pathOf(address) {
  const found = OPENED.exec(address || '')
  return found ? found[1] : ''
}

/** The pages of the desk that open on a phone: one case, and the room of a meeting. */
const AT_WORK = /^\/desk\/cases\/[\w-]+(?:\/meetings\/[\w-]+)?$/

/** The path of a page of the desk; empty for any other. */
const deskPathOf = (path) => (AT_WORK.test(path || '') ? path : '')

/** The page of the mini-program that shows an address of ours; empty for a foreign one. */
function pageFor(address) {
  const path = pathOf(address)
  const [, kind, thing, id, more] = path.split('/')
  if (kind === 'rate') return `/pages/rate/index?secret=${thing}`
  if (kind === 'c') return `/pages/scan/index?q=${encodeURIComponent(address)}`
  if (kind === 'm' && thing === 'me' && !id) return '/pages/mine/index'
  if (kind === 'm' && thing === 'cases' && id && !more) return `/pages/case/index?id=${id}`
  return path && webPage(path)
}

/** The page that opens one of our web pages. */
const webPage = (path) => `/pages/web/index?path=${encodeURIComponent(path)}`

/** Does a page show the same to everybody? */
const isPublic = (path) => /^\/[vc](\/|$)/.test(path)

/**
 * The address at which a page opens, in large print if wished.
 * A web page shares no session with the mini-program: WeChat's one-use log-in code lets the
 * present person in, and is worth nothing afterwards.
 */
function entrance(path, large, code) {
  const page = large ? `/care?on=1&next=${encodeURIComponent(path)}` : path
  if (!code) return server() + page
  const asked = `code=${encodeURIComponent(code)}&next=${encodeURIComponent(page)}`
  return `${server()}/api/v1/residents/page?${asked}`
}

/** The address at which a page of the desk opens for whoever got the ticket. */
function deskEntrance(path, large, ticket) {
  const page = large ? `/care?on=1&next=${encodeURIComponent(path)}` : path
  return `${server()}/api/v1/staff/page?ticket=${ticket}&next=${encodeURIComponent(page)}`
}

module.exports = { server, pathOf, deskPathOf, pageFor, webPage, isPublic, entrance, deskEntrance }
