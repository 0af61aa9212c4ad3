// What the service told me, newest first, whichever way it also went out.
const api = require('../../api')
const care = require('../../care')
const { pageFor } = require('../../address')
const { when } = require('../../times')
const all = require('../../texts')
const texts = all.messages

Page({
  data: {
    texts,
    wait: all.loading,
    retry: all.retry,
    large: false,
    size: 17,
    loaded: false,
    messages: /** @type {any[]} */ ([]),
    next: '',
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
      const { items, next } = await api.myMessages()
      this.setData({ messages: items.map(shown), next, loaded: true, fault: '' })
      if (items.some((one) => !one.seen)) await api.seeMessages(items[0].id)
    } catch (problem) {
      this.setData({ fault: problem.title, loaded: true })
    }
  },

  async loadOlder() {
    try {
      const { items, next } = await api.olderMessages(this.data.next)
      this.setData({ messages: [...this.data.messages, ...items.map(shown)], next, fault: '' })
    } catch (problem) {
      this.setData({ fault: problem.title })
    }
  },

  open({ currentTarget }) {
    wx.navigateTo({ url: currentTarget.dataset.page })
  },
})

/** A message in words, and the page where it goes on. */
function shown({ id, title, lines, doubt, at, seen, url, case_id }) {
  return {
    id,
    title,
    seen,
    doubt,
    lines: lines.map(({ label, words }) => texts.line(label, words)),
    when: when(at),
    page: leadsTo(url, case_id),
  }
}

/** My own case rather than what its code shows to everybody; else the page of the address. */
function leadsTo(url, case_id) {
  const page = pageFor(url)
  const code = page.startsWith('/pages/scan/')
  return case_id && (code || !page) ? `/pages/case/index?id=${case_id}` : page
}
