// From a report to an agreement in effect, by everybody's own calls: the two parties confirm and
// sign, each with a code from their own phone, the mediator signs, the supervisor seals. The reporter
// signs where the mini-program's button leads: on the web page, let in by a one-time code.
const assert = require('node:assert')
const { createHmac } = require('node:crypto')
const { eventually, open, phone } = require('./phone')
const { WebView } = require('./web_view')
const { ask, dispatcher, mediator, hand_over, fix_meeting } = require('./desk')
const env = process.env

const PAPER = 90000 // ms that making, signing or sealing a paper may take on a busy machine
const CONSENT = 'esign-2026-11'
const RESPONDENT = { name: '许水根', phone: '+8612000000899' }

/** Somebody's SMS, oldest first. */
async function sms(number) {
  const answer = await fetch(`${env.MINI_SIMULATOR}/_sim/phones/${encodeURIComponent(number)}/sms`)
  return (await answer.json()).sms.map((one) => one.text)
}

/** Do something that sends an SMS, and read it. */
async function sms_after(number, pattern, deed) {
  const before = (await sms(number)).length
  await deed()
  const fresh = async () => (await sms(number)).slice(before).map((one) => pattern.exec(one)).find(Boolean)
  return (await eventually(fresh, () => `no SMS with ${pattern}`, PAPER))[1]
}

const SIX_DIGITS = /(?<!\d)(\d{6})(?!\d)/

/**
 * The authenticator's code of a step that no earlier code was used in (RFC 6238). Exactly one step on:
 * the server, which notices the moved clock a moment later, allows a code one step of drift.
 */
async function fresh_totp(secret) {
  const { now } = await control_clock(30)
  const bits = [...secret].map((one) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(one))
  const binary = bits.map((one) => one.toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(binary.match(/.{8}/g).map((one) => parseInt(one, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.parse(now) / 30000)))
  const digest = createHmac('sha1', key).update(counter).digest()
  const place = digest[19] & 15
  return String((digest.readUInt32BE(place) & 0x7fffffff) % 1000000).padStart(6, '0')
}

async function control_clock(seconds) {
  const answer = await fetch(`${env.MINI_SIMULATOR}/_sim/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advance_seconds: seconds }),
  })
  return answer.json()
}

/** Strokes that a hand could have written. */
const handwriting = () =>
  [100, 380].map((left, stroke) =>
    Array.from({ length: 30 }, (_, n) => [left + 7 * n, 100 + 45 * (n % 4), 500 * stroke + 12 * n, 0.5]),
  )

const as = (secret) => (method, path, body) => ask(secret, method, path, body)

/** Sign as whoever asks so. */
async function sign(asks, id, code) {
  const { agreement } = await asks('GET', `/agreements/${id}`)
  await asks('POST', `/agreements/${id}/signature`, {
    strokes: handwriting(),
    pages_read: Array.from({ length: agreement.pages }, (_, page) => page + 1),
    seconds_read: 42,
    consent_version: CONSENT,
    code,
    device: 'test',
    shown_sha256: agreement.sha256,
  })
}

/** Sign with the code that comes to this number. */
async function sign_as_party(asks, id, number) {
  const code = await sms_after(number, SIX_DIGITS, () => asks('POST', `/agreements/${id}/intent-code`))
  await sign(asks, id, code)
}

/** The page where the main button of the case leads the holder of the phone to sign. */
async function page_to_sign(case_id, id) {
  const page = await open(`/pages/case/index?id=${case_id}`)
  await page.shows('查看并签署协议')
  await page.tap('查看并签署协议')
  const [source] = (await open(phone.opened.at(-1))).all('src')
  const view = await new WebView().open(source)

  assert.equal(new URL(view.address).pathname, `/m/agreements/${id}`)
  assert.ok(view.page.includes('请签署调解协议'), view.page)
  assert.ok(!view.page.includes(phone.storage.get('session').secret))
  const again = await new WebView().open(source)
  assert.equal(new URL(again.address).pathname, '/m/enter') // the code in the address let in once
  return view
}

async function confirm(secret, id) {
  const { version } = await ask(secret, 'GET', `/agreements/${id}`)
  await ask(secret, 'POST', `/agreements/${id}/confirm`, { version })
}

/** Wait until the agreement, as the mediator sees it, is so far. */
const until = (id, so_far) =>
  eventually(async () => so_far((await mediator('GET', `/agreements/${id}`)).agreement), () => `agreement ${id} never came so far`, PAPER)

/** Let the case of a reporter (session and number) end in an agreement in which they owe something. */
async function comes_into_effect(case_id, reporter) {
  await hand_over(case_id)
  const { parties } = await dispatcher('GET', `/cases/${case_id}`)
  const own = { name: reporter.name, phone: reporter.phone }
  await dispatcher('PUT', `/cases/${case_id}/parties/${parties[0].person_id}`, own)
  const { version: seen } = await dispatcher('GET', `/cases/${case_id}`)
  await dispatcher('POST', `/cases/${case_id}/parties`, { version: seen, ...RESPONDENT })
  const meeting = await fix_meeting(case_id)
  await mediator('POST', `/meetings/${meeting.id}/cancel`, { reason: '双方当面谈好了' })
  const { id } = await mediator('POST', `/cases/${case_id}/agreements`, terms(reporter.name))
  const invited = /\/sign\/(\w+)/
  const secret = await sms_after(RESPONDENT.phone, invited, () => mediator('POST', `/agreements/${id}/review`))
  const respondent = await enters(secret)
  for (const party of [reporter.secret, respondent]) await confirm(party, id)
  const { version } = await mediator('GET', `/agreements/${id}`)
  await mediator('POST', `/agreements/${id}/freeze`, { version })
  await until(id, (one) => one.stage === 'signing')
  const view = await page_to_sign(case_id, id)
  await sign_as_party((...asked) => view.ask(...asked), id, reporter.phone)
  await sign_as_party(as(respondent), id, RESPONDENT.phone)
  await until(id, (one) => one.signers.filter((signer) => signer.signed_at).length === 2)
  await sign(as(env.MINI_MEDIATOR), id, await fresh_totp(env.MINI_MEDIATOR_TOTP))
  await until(id, (one) => one.signers.every((signer) => signer.signed_at))
  const seal = { reason: '各方已签字', code: await fresh_totp(env.MINI_SUPERVISOR_TOTP) }
  await ask(env.MINI_SUPERVISOR, 'POST', `/agreements/${id}/seal`, seal)
  await until(id, (one) => one.stage === 'sealed')
}

/** The respondent proves the number by a code and is logged in. */
async function enters(secret) {
  const door = `/invitations/sign/${secret}`
  const code = await sms_after(RESPONDENT.phone, SIX_DIGITS, () => ask('', 'POST', `${door}/code`))
  return (await ask('', 'POST', `${door}/session`, { code })).secret
}

const terms = (debtor) => ({
  facts: '双方因楼上漏水发生纠纷，经协商一致。',
  clauses: [
    {
      kind: 'do',
      debtor,
      creditor: RESPONDENT.name,
      what: '修好卫生间的防水层，并通过闭水试验',
      due: new Date(Date.now() + 30 * 24 * 3600 * 1000).toISOString().slice(0, 10),
      how: '由有资质的施工队施工，双方到场验收',
      default: '逾期未修好的，按每日五十元支付违约金',
    },
  ],
})

module.exports = { comes_into_effect, fresh_totp }
