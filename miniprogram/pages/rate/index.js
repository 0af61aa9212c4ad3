// How the service was, once.
const api = require('../../api')
const care = require('../../care')
const { rate: texts, result: help } = require('../../texts')

const USED = ['already-rated', 'expired'] // the first rating counted

Page({
  data: {
    texts,
    large: false,
    size: 17,
    secret: '',
    stars: 0,
    words: '',
    fault: '',
    busy: false,
    done: false,
    called: '',
  },

  onLoad({ secret }) {
    this.setData({ secret })
  },

  onShow() {
    this.setData(care.look())
  },

  choose({ currentTarget }) {
    this.setData({ stars: currentTarget.dataset.stars, fault: '' })
  },

  write({ detail }) {
    this.setData({ words: detail.value })
  },

  async submit() {
    if (this.data.busy) return
    if (!this.data.stars) {
      this.setData({ fault: texts.missing })
      return
    }
    this.setData({ busy: true, fault: '' })
    try {
      const { called } = await api.rate(this.data.secret, this.data.stars, this.data.words)
      this.setData({ done: true, called: called && help.called(called) })
    } catch (problem) {
      this.setData({ fault: USED.includes(problem.code) ? texts.used : problem.title })
    }
    this.setData({ busy: false })
  },

  goHome: () => wx.reLaunch({ url: '/pages/home/index' }),
})
