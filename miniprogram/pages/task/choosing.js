// What a clerk chooses for a case: type, cell and mediator; the proposal is chosen beforehand.
const texts = require('../../texts').task

const KINDS = ['type', 'cell', 'mediator']

/** What may be chosen now: @returns {Record<string, any>} by kind: values, words, the place chosen */
function offered({ types, cells, mediators }, found) {
  const proposed = {
    type: found.type_code || found.proposed_type.value,
    cell: found.cell_id || found.proposed_cell.value,
    mediator: found.proposed_mediator.value,
  }
  const choices = { type: types, cell: [{ value: '', words: texts.no_cell }, ...cells], mediator: mediators }
  return Object.fromEntries(KINDS.map((kind) => [kind, offer(choices[kind], proposed[kind])]))
}

function offer(choices, value) {
  const at = choices.findIndex((one) => one.value === value)
  return chosen({ values: choices.map((one) => one.value), words: choices.map((one) => one.words) }, at)
}

/** The same choices with another one chosen; -1: none yet. */
function chosen({ values, words }, at) {
  return { values, words, at, value: values[at] || '', shown: words[at] || texts.choose }
}

module.exports = { offered, chosen }
