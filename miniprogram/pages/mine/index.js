// What is kept about me, a copy of it, and its end (个人信息保护法 44 to 50).
const api = require('../../api')
const care = require('../../care')
const { webPage } = require('../../address')
const files = require('./files')
const { shown } = require('./showing')
const all = require('../../texts')
const texts = all.mine

const ENDS_LOGIN = ['account', 'everything']

Page({
  data: {
    texts,
    wait: all.loading,
    retry: all.retry,
    large: false,
    size: 17,
    own: /** @type {any} */ (null),
    opened: '',
    said: '',
    phone_said: '',
    file: '',
    fault: '',
    busy: false,
  },

  onLoad() {
    this.setData({ file: files.kept() })
    return this.load()
  },

  onShow() {
    this.setData(care.look())
  },

  async onPullDownRefresh() {
    await this.load()
    wx.stopPullDownRefresh()
  },

  async load() {
    try {
      this.setData({ own: shown(await api.myData()), fault: '' })
    } catch (problem) {
      this.setData({ fault: problem.title })
    }
  },

  /** What WeChat's own button gave; without a code the person said no. */
  async takePhone({ detail }) {
    if (!detail.code) {
      this.setData({ phone_said: texts.phone_refused })
      return
    }
    try {
      const { masked_phone: masked } = await api.tellPhone(detail.code)
      this.setData({ phone_said: texts.phone_kept(masked) })
      await this.load()
    } catch (problem) {
      const other = problem.field === 'phone'
      this.setData({ phone_said: other ? texts.phone_other : problem.title })
    }
  },

  askCopy() {
    return this.tell(async () => {
      await api.askCopy()
      await this.load()
      return texts.copy_making
    })
  },

  takeCopy({ currentTarget }) {
    return this.tell(async () => {
      const data = await api.takeCopy(currentTarget.dataset.id)
      this.setData({ file: await files.keep(data) })
      await this.load()
      return texts.copy_taken
    })
  },

  async sendCopy() {
    const sent = await files.send(this.data.file)
    this.setData({ said: sent ? texts.copy_taken : texts.copy_not_sent })
  },

  dropCopy() {
    this.forgetCopy()
    this.setData({ said: texts.copy_gone })
  },

  forgetCopy() {
    files.drop()
    this.setData({ file: '' })
  },

  endLogin() {
    api.forgetSession()
    this.forgetCopy()
  },

  openWish({ currentTarget }) {
    const { wish } = currentTarget.dataset
    this.setData({ opened: this.data.opened === wish ? '' : wish })
  },

  takeBack({ currentTarget }) {
    const { wish } = currentTarget.dataset
    this.confirm(texts.back_sure, async () => {
      await api.takeBack(wish)
      if (ENDS_LOGIN.includes(wish)) this.endLogin()
      else await this.load()
      return texts.back_done
    })
  },

  leave() {
    this.confirm(texts.leave_words, async () => {
      await api.logOutEverywhere()
      this.forgetCopy()
      return texts.left
    })
  },

  /** Do it once the person is sure. */
  confirm(content, deed) {
    wx.showModal({ content, success: ({ confirm }) => (confirm ? this.tell(deed) : undefined) })
  },

  /** Do it, and say what came of it. */
  async tell(deed) {
    if (this.data.busy) return
    this.setData({ busy: true, said: '', fault: '' })
    try {
      this.setData({ said: await deed() })
    } catch (problem) {
      this.setData({ fault: problem.title })
    }
    this.setData({ busy: false })
  },

  findByPhone: () => wx.navigateTo({ url: webPage('/m/me/phone') }),
  workHere: () => wx.navigateTo({ url: '/pages/enter/index' }),
})
