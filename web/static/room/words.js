// Every sentence that the room page says by itself.

export const TROUBLE = {
  NotAllowedError: "没有允许使用摄像头和麦克风。请在浏览器的提示里点“允许”，再点“重新打开摄像头”。",
  NotFoundError: "没有找到摄像头或麦克风。请接好设备，或换一部手机再试。",
  NotReadableError: "摄像头或麦克风正被别的程序使用。请关闭其他视频软件再试。",
  unsupported: "这个浏览器不能视频。请用手机微信或新版浏览器打开，或打电话参加调解。",
  other: "摄像头或麦克风打不开。请再试一次，或打电话给我们。",
};

export const PROBLEM = {
  expired: "这个入口已经用过或过期了。请回到消息里重新点“进入调解室”。",
  "not-found": "没有找到这个调解室。请打电话给我们。",
  "not-allowed": "只有调解员可以这样做。",
  "not-ready": "现在还不能这样做，请稍等。",
  "bad-input": "没有成功，请再试一次。",
  "too-many-tries": "点得太快了，请稍等一会儿再试。",
  unavailable: "系统暂时不可用，请稍等，会自动重试。",
  other: "没有成功，请再试一次或打电话给我们。",
};

export const RECORDING = {
  off: "",
  starting: "正在准备录制",
  on: "",
  failed: "录制已经停止：存储空间不足，请联系管理员",
};

export const WAITING = (names) => `等待在场的每个人同意后开始录制，还差：${names.join("、")}`;
export const WAITING_FOR_ME = "等待在场的每个人同意后开始录制。您同意就点“同意录音录像”，不同意也不影响调解";
export const SURE = "结束以后，所有人都会离开调解室。确定结束这次调解吗？";

export const REASON = {
  withdrawn: "有人不再同意，录制已经停止",
  interrupted: "录制中断，正在恢复",
};

export const LINE = {
  connecting: "正在连接……",
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

export const ROLE = { mediator: "调解员", party: "当事人", expert: "专家" };
export const PLAY = "点击播放";
export const AWAY = "（网络断开）";
