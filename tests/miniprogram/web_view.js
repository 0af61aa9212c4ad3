// What <web-view> shows: a browser beside the mini-program, with cookies of its own.
const AGENT = 'Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.60 miniProgram/wxdemo'
const MOST_REDIRECTS = 5

/** A browser that opened an address and was led on to a page. */
class WebView {
  constructor() {
    this.cookies = new Map()
  }

  /** Follow the address until a page stands there. */
  async open(address) {
    for (let hop = 0; hop < MOST_REDIRECTS; hop++) {
      const answer = await this.fetch(address)
      const next = answer.headers.get('location')
      if (!next) return Object.assign(this, { address, status: answer.status, page: await answer.text() })
      address = new URL(next, address).href
    }
    throw new Error(`${address} leads round in circles`)
  }

  /** Ask the API as the page that stands there does, without any secret but the cookie. */
  async ask(method, path, body) {
    const { origin } = new URL(this.address)
    const headers = { origin, 'content-type': 'application/json', 'x-fengqiao-as': 'resident' }
    const answer = await this.fetch(`${origin}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.status === 204 ? null : answer.json()
  }

  async fetch(address, { headers = {}, ...how } = {}) {
    const cookie = [...this.cookies].map((one) => one.join('=')).join('; ')
    const own = { 'user-agent': AGENT, ...(cookie && { cookie }) }
    const answer = await fetch(address, { ...how, headers: { ...headers, ...own }, redirect: 'manual' })
    for (const set of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)
      this.cookies.set(name, value)
    }
    return answer
  }
}

module.exports = { WebView }
