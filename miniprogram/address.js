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

/** Pages that show the same to everybody. */
const PUBLIC = /^\/[vc](\/|$)/

/**
 * The address at which a page opens as the present person.
 * A web page shares no log-in with the mini-program, so it enters through the residents' door,
 * which asks WeChat who holds the phone; nothing secret stands in the address.
 */
function entrance(path, large) {
  const page = PUBLIC.test(path) ? path : `/m/login?next=${encodeURIComponent(path)}`
  return server() + (large ? `/care?on=1&next=${encodeURIComponent(page)}` : page)
}

module.exports = { server, pathOf, entrance }
