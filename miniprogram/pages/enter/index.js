// Staff on their own phone: both factors once, afterwards the bound phone and the password.
const api = require('../../api')
const care = require('../../care')
const all = require('../../texts')
const texts = all.enter

Page({
  data: {
    texts,
    large: false,
    size: 17,
    bound: false,
    as: '',
    role: '',
    login: '',
    password: '',
    code: '',
    fault: '',
    busy: false,
  },

  /** @param {{role?: string}} options as what somebody wants to work */
  onLoad({ role = '' }) {
    const as = role && texts.as(all.roles[role])
    this.setData({ role, as, bound: api.isBound() })
    if (!role && api.atWork()) this.begin()
  },

  onShow() {
    this.setData(care.look())
  },

  write({ currentTarget, detail }) {
    this.setData({ [currentTarget.dataset.field]: detail.value })
  },

  askWhole() {
    this.setData({ bound: false, fault: '' })
  },

  async submit() {
    if (this.data.busy) return
    const { bound, login, password, code } = this.data
    if (!password || (!bound && !(login.trim() && code.trim()))) {
      this.setData({ fault: texts.missing })
      return
    }
    this.setData({ busy: true, fault: '' })
    try {
      await this.logIn()
      this.begin()
    } catch (problem) {
      const wrong = problem.code === 'wrong-credentials'
      this.setData({ fault: wrong ? texts.wrong : problem.title, code: '' })
    }
    this.setData({ busy: false })
  },

  logIn() {
    const { bound, login, password, code, role } = this.data
    const asked = role ? { password, role } : { password }
    if (bound) return api.resumeWork(asked)
    return api.beginWork({ ...asked, login: login.trim(), code: code.trim() })
  },

  begin() {
    this.setData({ password: '', code: '' })
    wx.redirectTo({ url: '/pages/tasks/index' })
  },
})
