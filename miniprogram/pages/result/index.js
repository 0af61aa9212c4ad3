// The receipt: the case's number, and the code that shows where it stands.
const api = require('../../api')
const care = require('../../care')
const pictures = require('../../pictures')
const reminders = require('../../reminders')
const { result: texts, reminders: outcomes } = require('../../texts')

Page({
  data: {
    texts,
    large: false,
    size: 17,
    id: '',
    number: '',
    called: '',
    code: '',
    codeless: false,
    templates: /** @type {string[]} */ ([]),
    reminded: '',
  },

  async onLoad({ id, number = '', called: who = '' }) {
    const called = who && texts.called(decodeURIComponent(who))
    this.setData({ id, number: decodeURIComponent(number), called })
    try {
      this.setData({ code: pictures.shown(await api.caseCode(id)) })
    } catch {
      this.setData({ codeless: true }) // the case is there all the same, and the page says so
    }
    this.setData({ templates: await reminders.wanted() })
  },

  onShow() {
    this.setData(care.look())
  },

  async remind() {
    const { templates } = this.data
    this.setData({ templates: [] })
    try {
      this.setData({ reminded: outcomes[await reminders.ask(templates)] })
    } catch (problem) {
      this.setData({ templates, reminded: problem.title })
    }
  },

  seeCase() {
    wx.redirectTo({ url: `/pages/case/index?id=${this.data.id}` })
  },

  goHome: () => wx.reLaunch({ url: '/pages/home/index' }),
})
