// One's own data put into words.
const { when } = require('../../times')
const texts = require('../../texts').mine

/** What the page shows of what is kept. */
function shown({ lines, copies, requests, wishes }) {
  const ready = copies.find((one) => one.state === 'ready')
  return {
    lines: lines.map(line),
    ready: ready && { id: ready.id, words: texts.copy_ready(when(ready.ends_at)) },
    making: copies.some((one) => one.state === 'making'),
    wishes: wishes.map(wish),
    requests: requests.map(request),
  }
}

function line({ name, there, purpose, basis, term }) {
  return {
    name,
    there,
    purpose: texts.for_what(purpose),
    term: texts.how_long(term),
    basis: texts.basis(basis),
  }
}

function wish({ wish: id, name, happens, going, left }) {
  const none = going.length ? texts.back_nothing_left : texts.back_nothing_there
  return {
    wish: id,
    name,
    happens,
    goes: going.length ? texts.back_going(going.join('、')) : '',
    left,
    left_words: left.length ? texts.back_left : none,
  }
}

function request({ asked_at: at, done_at: done, wanted, left }) {
  const what = wanted.join('、') || texts.nothing
  return [`${when(at)} ${what}：${done ? texts.done : texts.doing}`, ...left].join('。')
}

module.exports = { shown }
