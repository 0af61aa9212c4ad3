// Every sentence that the room page says by itself.

export const TROUBLE = {
  NotAllowedError: "没有允许使用摄像头或麦克风。想打开，请点“重新打开摄像头和麦克风”，再在浏览器的提示里点“允许”。没有提示跳出来，就关掉这个页面，从消息里重新点开。",
  NotFoundError: "没有找到摄像头或麦克风。请接好设备，或换一部手机再试。",
  NotReadableError: "摄像头或麦克风正被别的程序使用。请关闭其他视频软件，再点“重新打开摄像头和麦克风”。",
  unsupported: "这个浏览器不能打开摄像头和麦克风。请用手机微信或新版浏览器打开，或打电话参加调解。",
  other: "摄像头或麦克风打不开。请再试一次，或打电话给我们。",
};

export const WITHOUT = {
  camera: "没有画面也可以进去：别人听得到您说话，看不到您。",
  microphone: "没有声音也可以进去：别人看得到您，听不到您说话。您能听到别人，也可以打字说话。",
  both: "什么都不打开也可以进去：您能看到、听到别人，也可以打字说话；别人看不到、听不到您。",
};

export const OWN = {
  camera: "您没有打开摄像头，别人只听到您的声音",
  both: "您没有打开摄像头和麦克风，正在看和听",
};

export const SENDS = {
  "": "没有画面和声音，在看和听",
  audio: "没有画面，只有声音",
  video: "（没有声音）",
};

export const THIN_SCREEN = "您的网络有点慢，共享的内容暂时看不到。网络好了，会自己回来";
export const SHARE = {
  of: (name) => `${name}给大家看的`,
  own: "您给大家看的",
  screen: "您正在共享屏幕，大家都看得到。不想让人看的请先关掉",
  picture: "您正在给大家看这张图片",
  allowed: (screen) => `调解员请您给大家看材料：请点“${screen ? "共享屏幕”或“" : ""}出示图片”`,
  taken: (name) => `${name}正在给大家看材料，请等停止以后再共享`,
  ended: "您共享的内容已经停止，别人看不到了",
  unreadable: "这张图片打不开。请换一张，或者先截屏，再选截屏的图片",
  failed: "屏幕共享没有成功。也可以点“出示图片”，选一张图片给大家看",
};
export const ZOOM = "放大看";
export const SHRINK = "缩回去";

export const THIN = "您的网络有点慢，先只听声音。网络好了，画面会自己回来";

export const PROBLEM = {
  expired: "这个入口已经用过或过期了。请回到消息里重新点“进入调解室”。",
  "not-found": "没有找到这个调解室。请打电话给我们。",
  "not-allowed": "只有调解员可以这样做。",
  "not-ready": "现在还不能这样做，请稍等。",
  "bad-input": "没有成功，请再试一次。",
  "too-many-tries": "点得太快了，请稍等一会儿再试。",
  unavailable: "系统暂时不可用，请稍等，会自动重试。",
  locked: "调解员把门关上了，暂时进不去。请稍等，再点“进入调解室”，或者打电话。",
  "screen-taken": "别人正在给大家看材料，请等停止以后再共享。",
  other: "没有成功，请再试一次或打电话给我们。",
};

export const RECORDING = {
  off: "",
  starting: "正在准备录制",
  on: "",
  failed: "录制已经停止，机器存不进去了。调解可以接着谈",
};

export const WAITING = (names) => `等待在场的每个人同意后开始录制，还差：${names.join("、")}`;
export const WAITING_FOR_ME = "等待在场的每个人同意后开始录制。您同意就点“同意录音录像”，不同意也不影响调解";
export const SURE = "结束以后，所有人都会离开调解室。确定结束这次调解吗？";

export const REASON = {
  withdrawn: "有人不再同意，录制已经停止",
  interrupted: "录制中断，正在恢复",
  "disk-full": "录制已经停止，机器的空间满了。调解可以接着谈",
};

export const LINE = {
  connecting: "正在连接……",
  returning: "正在回到调解室……",
  lost: "网络断开了，正在重新连接……",
  interrupted: "视频断开了，正在自动恢复，请稍等。这段时间没有录制",
};

export const FAREWELL = {
  left: "您已离开调解室。调解还没结束的话，随时可以再进来。",
  ended: "这次调解结束了，谢谢您。谈好的内容，调解员会写成协议请大家确认；没谈完的，会再约时间。",
  removed: "您已被请出调解室。如有疑问请打电话。",
  replaced: "您在另一个页面进入了调解室，这个页面可以关掉。",
};

export const TOGGLE = {
  mic: ["关闭麦克风", "打开麦克风"],
  camera: ["关闭摄像头", "打开摄像头"],
};

export const WHERE = {
  paused: "现在休会。您暂时看不到、听不到别人，别人也看不到、听不到您。请不要关掉页面，调解员会请大家回来接着谈。",
  aside: "调解员正在单独和您谈。这里说的、打的字，没有请来的人看不到，也听不到。",
};
export const WHERE_LED = {
  paused: "现在休会，谁也看不到谁。想接着谈，请点“请大家回来”。",
  aside: "您正在单独谈。没有请来的人只看到“休会”；录音录像单独保管。",
};
export const OUTSIDE = {
  true: "调解员已经看到您在等，会请您进去。",
  false: "调解员还没有到。到了就能看到您在等，会请您进去。",
};
export const HAND = { up: "举手", down: "放下手", raised: "举手了" };
export const SPEAKS = "正在说话";
export const MUTED = "（静音）";

export const HOW = { beside: "同席", phone: "打电话参加" };
export const WITH = (company) => (company.length ? `，${company.map((one) => `${one.name}（${HOW[one.how]}）`).join("、")}` : "");

export const ROLE = { mediator: "调解员", party: "当事人", expert: "专家" };
export const PLAY = "点击播放";
export const AWAY = "（网络断开）";
