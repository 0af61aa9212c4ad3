// Speaks to a WeChat callback as the platform does, by a library that knows nothing of ours.
//
// Reads one JSON object: library, url, account {token, key, appid}, format, timestamp, messages
// [{nonce, message, forged}]; writes a list: the status, and what the opened answer says.
"use strict";

const LIBRARIES = {
  "wechat-crypto": ({ token, key, appid }) => {
    const WXBizMsgCrypt = require("wechat-crypto");
    const crypt = new WXBizMsgCrypt(token, key, appid);
    return {
      sign: (...parts) => crypt.getSignature(...parts),
      encrypt: (message) => crypt.encrypt(message),
      decrypt: (sealed) => crypt.decrypt(sealed),
    };
  },
  "@wecom/crypto": ({ token, key, appid }) => {
    const { getSignature, encrypt, decrypt } = require("@wecom/crypto");
    return {
      sign: (...parts) => getSignature(token, ...parts),
      encrypt: (message) => encrypt(key, message, appid),
      decrypt: (sealed) => decrypt(key, sealed),
    };
  },
};

const XML = {
  type: "text/xml",
  envelope: (sealed) =>
    `<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[${sealed}]]></Encrypt></xml>`,
  field: (text, name) =>
    new RegExp(`<${name}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${name}>`, "s").exec(text)?.[1] ?? "",
};
const JSON_FORMAT = {
  type: "application/json",
  envelope: (sealed) => JSON.stringify({ ToUserName: "gh_1", Encrypt: sealed }),
  field: (text, name) => String(JSON.parse(text)[name] ?? ""),
};

async function push(task, peer, format, { nonce, message, forged }) {
  const sealed = peer.encrypt(message);
  const signed = peer.sign(task.timestamp, nonce, sealed);
  const query = new URLSearchParams({
    timestamp: task.timestamp,
    nonce,
    encrypt_type: "aes",
    msg_signature: forged ? signed.replace(/^./, (digit) => (digit === "0" ? "1" : "0")) : signed,
  });
  const answer = await fetch(`${task.url}?${query}`, {
    method: "POST",
    body: format.envelope(sealed),
    headers: { "content-type": format.type },
  });
  const body = await answer.text();
  if (answer.status !== 200 || body === "success") {
    return { status: answer.status, body };
  }
  return { status: answer.status, ...opened(task, peer, format, body) };
}

function opened(task, peer, format, body) {
  const sealed = format.field(body, "Encrypt");
  const told = peer.sign(format.field(body, "TimeStamp"), format.field(body, "Nonce"), sealed);
  if (told !== format.field(body, "MsgSignature")) {
    throw new Error("the answer is not signed as it must be");
  }
  const { message, id } = peer.decrypt(sealed);
  if (id !== task.account.appid) {
    throw new Error(`the answer is for ${id}`);
  }
  const names = ["ToUserName", "FromUserName", "MsgType", "Content"];
  return { said: Object.fromEntries(names.map((name) => [name, format.field(message, name)])) };
}

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
  }
  const task = JSON.parse(Buffer.concat(chunks).toString());
  const peer = LIBRARIES[task.library](task.account);
  const format = task.format === "json" ? JSON_FORMAT : XML;
  const answers = [];
  for (const one of task.messages) {
    answers.push(await push(task, peer, format, one));
  }
  process.stdout.write(JSON.stringify(answers));
}

main();
