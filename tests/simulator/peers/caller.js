// co-wechat-api against the simulator; prints what every call answered.
const WeChatAPI = require('co-wechat-api')

const { BASE, APPID, SECRET, OPENID } = process.env
const api = new WeChatAPI(APPID, SECRET)
api.prefix = `${BASE}/cgi-bin/`
api.mpPrefix = `${BASE}/cgi-bin/`

async function tried(call) {
  try {
    return await call()
  } catch (error) {
    return { code: error.code, message: error.message }
  }
}

async function main() {
  const button = [{ type: 'click', name: '反映纠纷', key: 'REPORT' }]
  const answers = {
    text: await tried(() => api.sendText(OPENID, '您好，李长河 🙂')),
    user: await tried(() => api.getUser(OPENID)),
    followers: await tried(() => api.getFollowers()),
    menu: await tried(() => api.createMenu({ button })),
    code: await tried(() => api.createTmpQRCode('case-7', 600)),
    template: await tried(() =>
      api.sendTemplate(OPENID, 'T', 'https://example.org', '#000', { thing1: { value: '调解会' } }),
    ),
    nobody: await tried(() => api.sendText('o-nobody', '？')),
    tag: await tried(() => api.createTags('安和社区')),
    revoked: await revoked(),
  }
  process.stdout.write(JSON.stringify(answers))
}

// The token is killed behind its back: the client fetches another one and goes on, once.
async function revoked() {
  await fetch(`${BASE}/_sim/tokens/revoke`, {
    method: 'POST',
    body: JSON.stringify({ account: 'official' }),
  })
  return tried(() => api.getUser(OPENID))
}

main()
