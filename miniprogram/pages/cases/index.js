// My cases and daily-life matters, newest first.
const api = require('../../api')
const care = require('../../care')
const { webPage } = require('../../address')
const all = require('../../texts')

Page({
  data: {
    texts: all.cases,
    home: all.home,
    wait: all.loading,
    retry: all.retry,
    large: false,
    size: 17,
    loaded: false,
    cases: /** @type {any[]} */ ([]),
    matters: /** @type {any[]} */ ([]),
    fault: '',
  },

  onShow() {
    this.setData(care.look())
    return this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    wx.stopPullDownRefresh()
  },

  async load() {
    try {
      const [{ items: cases }, { items: matters }] = await Promise.all([api.myCases(), api.myMatters()])
      const lines = matters.map((one) => ({ ...one, story: one.told }))
      this.setData({ cases, matters: lines, loaded: true, fault: '' })
    } catch (problem) {
      this.setData({ fault: problem.title, loaded: true })
    }
  },

  open({ detail }) {
    wx.navigateTo({ url: `/pages/case/index?id=${detail.id}` })
  },

  openMatter({ detail }) {
    wx.navigateTo({ url: webPage(`/m/matters/${detail.id}`) })
  },

  reportMatter: () => wx.navigateTo({ url: webPage('/m/matters/new') }),
  findByPhone: () => wx.navigateTo({ url: webPage('/m/me/phone') }),
  report: () => wx.navigateTo({ url: '/pages/report/index' }),
})
