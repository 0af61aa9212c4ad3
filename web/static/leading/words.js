// Every sentence that only the mediator reads in the room.

function lacking({ name, acknowledged, identified }) {
  const left = [!acknowledged && "看完告知", !identified && "核对身份"].filter(Boolean);
  return `${name}（${left.join("、")}）`;
}

export const LEAD = {
  muted: "已静音",
  shares: "正在共享",
  out: "已请出",
  waits: "在门外等",
  apart: "休会中",
  table: "大家都在一起谈",
  paused: "正在休会",
  aside: "正在单独谈",
  own: "我这边",
  at: "那边",
  untold: "还没看完权利告知",
  unknown: "还没核对身份",
  begun: "调解已经正式开始",
  ready: "每个人都看过告知，身份也核对了，可以正式开始",
  notReady: (people) => `还不能正式开始，还差：${people.map(lacking).join("；")}`,
  open: "门开着：请来的人都能进来",
  locked: "门锁着：新的人进不来，来过的人可以回来",
};
export const ACT = {
  pause: "休会",
  together: "请大家回来",
  aside: "和他单独谈",
  join: "也请他一起单独谈",
  document: "看过证件",
  known: "本来认识",
  begin: "正式开始调解",
  admit: "请进来",
  lower: "放下他的手",
  allow: "让他共享屏幕",
  forbid: "不再让他共享",
  mute: "关他的麦克风",
  unmute: "打开他的麦克风",
  beside: "登记同席的人",
  agreed: "他同意录音录像了",
  refused: "他不同意录音录像",
  gone: "他走了",
  remove: "请出去",
  readmit: "让他回来",
  lock: "锁门",
  unlock: "开门",
};
export const SURE_NOW = {
  agreed: (name) => `${name}听了录音录像的几句话，说同意，对吗？大家都同意了，就会开始录。`,
  gone: (name) => `${name}已经走了，对吗？`,
};
export const SURE_REMOVE = (name) => `确定请${name}离开调解室吗？您不让他回来，他就进不来。`;

export const AGREED = { true: "同意录音录像", false: "不同意录音录像" };
