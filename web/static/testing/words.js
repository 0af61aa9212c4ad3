// Every sentence that the test page says by itself.

const CALL = "或打电话给我们";

export const SIGN = { going: "正在试", good: "✓ 好的", thin: "有点慢", bad: "✗ 不行", asks: "" };

export const CAMERA = {
  good: "看得到您。",
  NotAllowedError: "没有允许使用摄像头。请点“再试一次”，跳出提示时点“允许”。没有提示，就打开手机的“设置”，找到“微信”（或您用的浏览器），打开“相机”。",
  system: "手机或电脑的系统不让用摄像头。请打开“设置”，找到“微信”（或您用的浏览器），打开“相机”，再点“再试一次”。",
  NotFoundError: "没有找到摄像头。电脑请插好摄像头，或换一部手机再试。没有摄像头也能参加，别人听得到您说话。",
  NotReadableError: "摄像头正被别的程序使用。请关掉别的视频软件，再点“再试一次”。",
  unsupported: "这个浏览器打不开摄像头。请用手机微信或新版浏览器打开这个页面。",
  other: "摄像头打不开。请点“再试一次”，" + CALL + "。",
};

export const MICROPHONE = {
  speak: "请对着手机说：“一、二、三”。",
  good: "听得到您说话。",
  silent: "还没有听到您说话。请靠近一点、大声说一句，看一看有没有关掉麦克风。",
  NotAllowedError: "没有允许使用麦克风。请点“再试一次”，跳出提示时点“允许”。没有提示，就打开手机的“设置”，找到“微信”（或您用的浏览器），打开“麦克风”。",
  system: "手机或电脑的系统不让用麦克风。请打开“设置”，找到“微信”（或您用的浏览器），打开“麦克风”，再点“再试一次”。",
  NotFoundError: "没有找到麦克风。电脑请插好耳机或麦克风，或换一部手机再试。",
  NotReadableError: "麦克风正被别的程序使用。请关掉别的通话，再点“再试一次”。",
  unsupported: "这个浏览器打不开麦克风。请用手机微信或新版浏览器打开这个页面。",
  other: "麦克风打不开。请点“再试一次”，" + CALL + "。",
};

export const SPEAKER = {
  rings: "正在放一段音乐，听到了吗？",
  asks: "刚才放了一段音乐，听到了吗？",
  good: "听得到声音。",
  bad: "请把音量调大，看一看有没有静音、有没有连着耳机或蓝牙音箱，再点“再放一次”。",
  again: "再放一次",
  unheard: "没听到",
};

export const NETWORK = {
  connecting: "正在连接……",
  measuring: (seconds) => `连上了，正在看稳不稳，还要 ${seconds} 秒`,
  direct: "网络通，直接连上了。",
  udp: "网络通，经过中转连上了。",
  tcp: "您的网络挡住了视频平常走的路，绕路连上了，可能慢一点。",
  thin: "网络慢。离 Wi-Fi 近一点，或换成手机流量，会好一些。",
  poor: "网络很慢，声音也断断续续。请换一个网络再试。",
  blocked: "网页能打开，但是您的网络挡住了视频。有些单位、宾馆的 Wi-Fi 会这样。请关掉 Wi-Fi 用手机流量，或换一个 Wi-Fi，再点“再试一次”。",
  unreached: "连不上调解中心。请看一看手机有没有网，再点“再试一次”。",
  expired: "这个页面放得太久了，请点“再试一次”。",
  replaced: "您在另一个页面里也在试，请看那个页面。",
  unavailable: "现在试的人多，还没有试成。请过一分钟再点“再试一次”。",
};

// What comes of it, in one sentence and what to do.
export const RESULT = {
  good: ["可以开视频", "到时候点“进入调解室”就行。"],
  unheard: ["可以开视频，还没听到您说话", "请看下面“麦克风”那一条，说一句话试试。"],
  deaf: ["可以开视频，您这边没有声音", "请看下面“声音”那一条，把音量调大。"],
  sound: ["可以参加，只有声音，没有画面", "别人听得到您说话，看不到您。想让人看到，请看下面“摄像头”那一条。"],
  picture: ["可以参加，别人听不到您说话", "想让人听到，请看下面“麦克风”那一条。也可以打字说话，或打电话参加。"],
  watch: ["可以看和听，别人看不到、听不到您", "想让人看到、听到，请看下面“摄像头”和“麦克风”两条，或打电话参加。"],
  thin: ["网络慢，画面会少，声音没问题", "可以参加。想让画面好一些，请换一个网络。"],
  thinSound: ["网络慢，但可以参加", "请看下面几条，能换一个网络更好。"],
  poor: ["网络很慢，声音会断断续续", "请换个网络再试，或打这个电话。"],
  none: ["连不上", "请换个网络，或打这个电话。"],
  later: ["还没有试成", "请看下面“网络”那一条。"],
};

export const WAYS = { direct: "直连（UDP）", udp: "中转（UDP）", tcp: "中转（TCP）", tls: "中转（TLS）" };

export function figures(line) {
  const rate = (bits) => `${Math.round(bits / 1000)} kbit/s`;
  return [
    WAYS[line.way] ?? line.way,
    `连接 ${(line.took / 1000).toFixed(1)} 秒`,
    `上行 ${rate(line.up)}，下行 ${rate(line.down)}`,
    `丢包 ${(100 * Math.max(line.lost.video, line.lost.audio)).toFixed(1)}%`,
    `来回 ${Math.round(1000 * line.roundTrip)} 毫秒`,
    `每秒 ${line.frames.toFixed(0)} 帧`,
  ].join("；");
}
