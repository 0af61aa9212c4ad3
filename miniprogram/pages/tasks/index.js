// What waits for somebody of the centre: danger first, then the soonest deadline.
const api = require('../../api')
const care = require('../../care')
const taken = require('../take/taken')
const all = require('../../texts')
const texts = all.tasks

const TAKES = ['dispatcher', 'grid-worker'] // who takes down what residents tell

Page({
  data: {
    texts,
    wait: all.loading,
    retry: all.retry,
    large: false,
    size: 17,
    who: '',
    takes: false,
    turns: /** @type {any[]} */ ([]),
    loaded: false,
    tasks: /** @type {any[]} */ ([]),
    more: '',
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
    const work = api.atWork()
    if (!work) return this.logIn('')
    const others = work.roles.filter((one) => one !== work.role && all.roles[one])
    this.setData({
      who: texts.who(work.name, all.roles[work.role]),
      takes: TAKES.includes(work.role),
      turns: others.map((role) => ({ role, words: texts.turn(all.roles[role]) })),
    })
    try {
      const { items, left_out: more } = await api.tasks()
      this.setData({ tasks: items, more: more ? texts.more(more) : '', loaded: true, fault: '' })
    } catch (problem) {
      if (problem.status === 401) return this.logIn('')
      this.setData({ fault: problem.title, loaded: true })
    }
  },

  logIn(role) {
    return wx.redirectTo({ url: `/pages/enter/index${role && `?role=${role}`}` })
  },

  open({ detail }) {
    wx.navigateTo({ url: `/pages/task/index?id=${detail.id}` })
  },

  turn({ currentTarget }) {
    this.logIn(currentTarget.dataset.role)
  },

  leave() {
    return this.end(api.endWork)
  },

  loosen() {
    wx.showModal({
      title: texts.loosen,
      content: texts.loosen_words,
      success: ({ confirm }) => (confirm ? this.end(this.loosened) : undefined),
    })
  },

  async loosened() {
    await api.loosenPhone()
    taken.dropAll()
  },

  async end(deed) {
    try {
      await deed()
    } catch (problem) {
      if (problem.status !== 401) return this.setData({ fault: problem.title })
    }
    return wx.reLaunch({ url: '/pages/home/index' })
  },

  take: () => wx.navigateTo({ url: '/pages/take/index' }),
  report: () => wx.navigateTo({ url: '/pages/take/index?found=1' }),
})
