// Lists of the phone: SMS, service notices, staff codes and people.

import { said } from "./bubbles.js";
import { once, post, read } from "./talk.js";
import { element, moment, pressable, spoken } from "./words.js";

const get = (id) => document.getElementById(id);

function fill(list, empty, cards) {
  get(list).replaceChildren(...cards);
  get(empty).hidden = cards.length > 0;
}

function smsCard(sms) {
  const card = element("li", "card");
  const text = element("p");
  text.append(spoken(sms.text, { bySms: true }));
  card.append(moment(sms.at), text);
  return card;
}

function noticeCard(notice) {
  const card = element("li", "card");
  card.append(moment(notice.at), said(notice.kind, notice.body, notice.side));
  return card;
}

function personCard(person, current) {
  const card = element("li", "card");
  card.append(element("p", "", `${person.name}  ${person.phone}`));
  if (person.id === current) {
    card.append(element("p", "small", "手机现在在这个人手里"));
  } else {
    card.append(pressable("button quiet", `换成${person.name}`, (button) =>
      once(button, () => handOver("/phone/user", { user: person.id }))));
  }
  return card;
}

async function handOver(path, asked) {
  if (!(await post(path, asked))) return;
  location.hash = "";
  location.reload();
}

export function showLists(state) {
  fill("sms-list", "no-sms", state.sms.toReversed().map(smsCard));
  fill("notice-list", "no-notices", state.notices.toReversed().map(noticeCard));
  get("people-list").replaceChildren(...state.users.map((one) => personCard(one, state.user.id)));
}

export async function showStaffCodes() {
  const { codes } = await read("/phone/codes");
  fill("totp-list", "no-totp", codes.map((one) => {
    const card = element("li", "card");
    const digits = element("p", "totp", `${one.code.slice(0, 3)} ${one.code.slice(3)}`);
    card.append(element("p", "", one.name), digits);
    card.append(element("p", "small", `还有 ${one.seconds_left} 秒`));
    return card;
  }));
}

export function wireLists() {
  get("enrol").addEventListener("submit", (event) => {
    event.preventDefault();
    once(event.currentTarget.querySelector("button"), () =>
      handOver("/phone/users", { name: get("new-name").value, phone: get("new-phone").value }));
  });
}
