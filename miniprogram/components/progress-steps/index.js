// Six steps, the ones that are done and the one that is now told by words too, not by colour alone.
const texts = require('../../texts').steps

Component({
  options: { addGlobalClass: true },
  properties: { at: { type: Number, value: 0 } },
  data: { texts, steps: /** @type {any[]} */ ([]) },
  observers: {
    at(at) {
      this.setData({ steps: texts.names.map((name, index) => told(name, index - at)) })
    },
  },
})

function told(name, ahead) {
  if (ahead < 0) return { name, how: 'done', words: texts.done }
  return ahead === 0 ? { name, how: 'now', words: texts.now } : { name, how: '', words: texts.later }
}
