// Which warnings of fraud somebody wants; none of them: unsubscribed.
const api = require('../../api')
const care = require('../../care')
const reminders = require('../../reminders')
const all = require('../../texts')
const texts = all.warnings

Page({
  data: {
    texts,
    wait: all.loading,
    retry: all.retry,
    large: false,
    size: 17,
    loaded: false,
    topics: /** @type {any[]} */ ([]),
    consent: /** @type {string[]} */ ([]),
    wanted: /** @type {string[]} */ ([]),
    subscribed: false,
    templates: /** @type {string[]} */ ([]),
    said: '',
    reminded: '',
    fault: '',
    busy: false,
  },

  onLoad() {
    return this.load()
  },

  onShow() {
    this.setData(care.look())
  },

  async load() {
    try {
      const { topics, consent } = await api.warnings()
      this.setData({ consent, subscribed: topics.length > 0, loaded: true, fault: '' })
      this.show(topics)
      this.setData({ templates: await reminders.wanted() })
    } catch (problem) {
      this.setData({ fault: problem.title, loaded: true })
    }
  },

  show(wanted) {
    const line = ([topic, words]) => ({ topic, words, on: wanted.includes(topic) })
    this.setData({ wanted, topics: Object.entries(texts.topics).map(line) })
  },

  toggle({ currentTarget }) {
    const { topic } = currentTarget.dataset
    const { wanted } = this.data
    const others = wanted.filter((one) => one !== topic)
    this.show(others.length < wanted.length ? others : [...wanted, topic])
    this.setData({ said: '' })
  },

  async save() {
    if (this.data.busy) return
    this.setData({ busy: true, fault: '' })
    try {
      const { topics } = await api.chooseWarnings(this.data.wanted)
      this.show(topics)
      const subscribed = topics.length > 0
      this.setData({ subscribed, said: subscribed ? texts.kept : texts.ended })
    } catch (problem) {
      this.setData({ fault: problem.title })
    }
    this.setData({ busy: false })
  },

  async remind() {
    const { templates } = this.data
    this.setData({ templates: [] })
    try {
      this.setData({ reminded: all.reminders[await reminders.ask(templates)] })
    } catch (problem) {
      this.setData({ templates, reminded: problem.title })
    }
  },
})
