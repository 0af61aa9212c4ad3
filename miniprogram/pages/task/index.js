// One case for somebody of the centre: who to call, what happened, and what may be done now.
const api = require('../../api')
const care = require('../../care')
const chance = require('../../chance')
const { call } = require('../../centre')
const { offered, chosen } = require('./choosing')
const { passed, momentOf, today } = require('./fixing')
const { shown } = require('./showing')
const all = require('../../texts')
const texts = all.task

Page({
  data: {
    texts,
    wait: all.loading,
    retry: all.retry,
    large: false,
    size: 17,
    id: '',
    found: /** @type {any} */ (null),
    offers: /** @type {any} */ (null),
    reason: '',
    words: '',
    visit: '', // its form
    today: '',
    date: '',
    clock: '09:00',
    said: '',
    fault: '',
    busy: false,
  },

  onLoad({ id }) {
    this.setData({ id, visit: chance.id(), today: today(), date: today() })
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
      const told = await api.seeTask(this.data.id)
      const found = shown(told)
      const chooses = found.may_register || found.may_dispatch
      const offers = chooses ? offered(await api.choices(), told) : null
      this.setData({ found, offers, fault: '' })
    } catch (problem) {
      this.stumble(problem)
    }
  },

  /** Who is not logged in any more logs in; anything else is said. */
  stumble(problem) {
    if (problem.status === 401) return wx.redirectTo({ url: '/pages/enter/index' })
    return this.setData({ fault: problem.title })
  },

  callParty({ currentTarget }) {
    call(currentTarget.dataset.phone)
  },

  write({ currentTarget, detail }) {
    this.setData({ [currentTarget.dataset.field]: detail.value })
  },

  acknowledge() {
    return this.act(() => api.acknowledge(this.data.id))
  },

  choose({ currentTarget, detail }) {
    const { kind } = currentTarget.dataset
    const offer = chosen(this.data.offers[kind], Number(detail.value))
    this.setData({ offers: { ...this.data.offers, [kind]: offer } })
  },

  register() {
    const { id, found, offers } = this.data
    if (!offers.type.value) return this.setData({ fault: texts.type_missing })
    return this.act(() => api.register(id, found.version, offers.type.value, offers.cell.value))
  },

  dispatch() {
    const { id, found, offers } = this.data
    if (!offers.mediator.value) return this.setData({ fault: texts.mediator_missing })
    return this.act(() => api.dispatch(id, found.version, offers.mediator.value))
  },

  accept() {
    return this.act(() => api.accept(this.data.id, this.data.found.version))
  },

  giveBack() {
    const { id, found, reason } = this.data
    if (!reason.trim()) return this.setData({ fault: texts.why_missing })
    return this.act(async () => {
      await api.giveBack(id, found.version, reason.trim())
      wx.redirectTo({ url: '/pages/tasks/index' })
    })
  },

  fix() {
    const { date, clock } = this.data
    if (passed(date, clock)) return this.setData({ fault: texts.passed })
    return this.meet(momentOf(date, clock), texts.fixed)
  },

  /** Everybody is called to a meeting that begins at once, and its room opens here. */
  async begin() {
    const meeting = await this.meet(new Date().toISOString(), texts.fixed)
    if (meeting) this.enter({ currentTarget: { dataset: { id: meeting.id } } })
  },

  meet(moment, said) {
    return this.act(() => api.fixMeeting(this.data.id, this.data.found.version, moment), said)
  },

  enter({ currentTarget }) {
    this.openDesk(`/desk/cases/${this.data.id}/meetings/${currentTarget.dataset.id}`)
  },

  seeWhole() {
    this.openDesk(`/desk/cases/${this.data.id}`)
  },

  openDesk(path) {
    wx.navigateTo({ url: `/pages/web/index?work=1&path=${encodeURIComponent(path)}` })
  },

  noteVisit() {
    const { id, words, visit } = this.data
    if (!words.trim()) return this.setData({ fault: texts.visit_missing })
    return this.act(async () => {
      await api.noteVisit(id, words.trim(), visit)
      this.setData({ words: '', visit: chance.id() })
    })
  },

  /** Do it once, then show the case as it is now. */
  async act(deed, said = texts.kept) {
    if (this.data.busy) return undefined
    this.setData({ busy: true, said: '', fault: '' })
    let made
    try {
      made = await deed()
      await this.load()
      this.setData({ said })
    } catch (problem) {
      this.stumble(problem)
    }
    this.setData({ busy: false })
    return made
  },
})
