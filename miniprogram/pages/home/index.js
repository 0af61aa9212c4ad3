// The front page: what one can do here.
const api = require('../../api')
const care = require('../../care')
const { webPage } = require('../../address')
const drafts = require('../../drafts')
const { call } = require('../../centre')
const texts = require('../../texts')

Page({
  data: {
    texts: texts.home,
    look_texts: texts.look,
    large: false,
    size: 17,
    begun: false,
    messages: texts.home.messages,
    staff: false,
  },

  onShow() {
    this.setData({ ...care.look(), begun: drafts.begun(), staff: api.isBound() })
    return this.countMessages()
  },

  /** Say how many messages are new, to whoever is known here already; nobody is logged in by it. */
  async countMessages() {
    if (!api.isKnown()) return
    try {
      const { unread } = await api.myMessages()
      const { messages, messages_new: fresh } = texts.home
      this.setData({ messages: unread ? fresh(unread) : messages })
    } catch {
      this.setData({ messages: texts.home.messages }) // the page of messages says what is wrong
    }
  },

  changeLook() {
    this.setData(care.choose(!this.data.large))
  },

  report: () => wx.navigateTo({ url: '/pages/report/index' }),
  seeCases: () => wx.navigateTo({ url: '/pages/cases/index' }),
  seeMessages: () => wx.navigateTo({ url: '/pages/messages/index' }),
  check: () => wx.navigateTo({ url: '/pages/check/index' }),
  seeMine: () => wx.navigateTo({ url: '/pages/mine/index' }),
  work: () => wx.navigateTo({ url: '/pages/tasks/index' }),
  scan: () => wx.navigateTo({ url: '/pages/scan/index' }),
  verify: () => wx.navigateTo({ url: webPage('/v') }),
  callPolice: () => call('110'),

  onShareAppMessage: () => ({ title: texts.home.title, path: '/pages/home/index' }),
})
