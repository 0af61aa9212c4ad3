// The centre's desk: what staff do through the API, with sessions that the test was given.
const { MINI_SERVER: SERVER, MINI_DISPATCHER, MINI_MEDIATOR } = process.env

/** Ask the server as somebody of the centre; a refusal ends the test. */
async function ask(secret, method, path, body) {
  const answer = await fetch(`${SERVER}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.status === 204 ? null : answer.json()
}

const dispatcher = (method, path, body) => ask(MINI_DISPATCHER, method, path, body)
const mediator = (method, path, body) => ask(MINI_MEDIATOR, method, path, body)

/** Find a case in the queue by its number. */
async function find(number) {
  const { items } = await dispatcher('GET', `/cases?words=${encodeURIComponent(number)}`)
  return items.find((line) => line.number === number)
}

/** Take a case on and hand it to the mediator, who takes it. */
async function hand_over(id) {
  const { mediators } = await dispatcher('GET', '/choices')
  let { version } = await dispatcher('GET', `/cases/${id}`)
  await dispatcher('POST', `/cases/${id}/register`, { version, type_code: '02', cell: '' })
  version = (await dispatcher('GET', `/cases/${id}`)).version
  const [{ value }] = mediators.filter((one) => one.words.includes('李春和'))
  await dispatcher('POST', `/cases/${id}/dispatch`, { version, mediator: value })
  version = (await mediator('GET', `/cases/${id}`)).version
  await mediator('POST', `/cases/${id}/accept`, { version })
}

/** Fix a meeting for tomorrow. */
async function fix_meeting(id) {
  const { version } = await mediator('GET', `/cases/${id}`)
  const starts_at = new Date(Date.now() + 24 * 3600 * 1000).toISOString()
  return mediator('POST', `/cases/${id}/meetings`, { version, starts_at })
}

module.exports = { ask, dispatcher, mediator, find, hand_over, fix_meeting }
