// A product of other hands: co-wechat on Koa, told by environment where and who it is.
const Koa = require('koa')
const wechat = require('co-wechat')

const { PORT, TOKEN, APPID, AES_KEY } = process.env
const app = new Koa()
const account = { token: TOKEN, appid: APPID, encodingAESKey: AES_KEY }

app.use(
  wechat(account).middleware(async (message) => {
    process.stdout.write(`${JSON.stringify(message)}\n`)
    if (message.MsgType === 'event') return ''
    return `${message.MsgType}：${message.Content || message.Label || '收到'}`
  }),
)
app.listen(Number(PORT), '127.0.0.1', () => process.stdout.write('"listening"\n'))
