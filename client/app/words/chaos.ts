/** Words of the page that shows servers side by side while they are killed. */
import type { Pair } from "../words";

export const chaos = {
  title: ["Одна комната, три сервера", "One room, three servers"],
  lead: [
    "Серверы и Redis по очереди убивают и запускают снова. Люди работают дальше.",
    "Servers and Redis are killed and started again in turn. People work on.",
  ],
  silent: ["Показ закончен или прерван", "The show is over or was cut off"],
  over: ["Показ закончен", "The show is over"],
  acknowledged: ["команд подтверждено", "commands acknowledged"],
  lost: ["из них потеряно", "of them lost"],
  people: ["на связи из {0}", "connected, of {0}"],
  same: ["Все держат одно и то же", "All hold the same"],
  compared: ["сверено {0} раз, расхождений нет", "compared {0} times, no difference"],
  differ: ["Серверы разошлись: {0}", "The servers differ: {0}"],
  server: ["Сервер {0}", "Server {0}"],
  entry: ["запись", "entry"],
  chain: ["цепочка", "chain"],
  digest: ["отпечаток состояния", "digest of the state"],
  hangOn: ["{0} соединение|{0} соединения|{0} соединений", "{0} connection|{0} connections"],
  behind: ["отстаёт на {0}", "{0} behind"],
  differs: ["отличается", "differs"],
  empty: ["комнаты здесь нет", "the room is not here"],
  log: ["Последние сбои", "Latest faults"],
  none: ["Пока тихо", "Quiet so far"],
  waiting: ["ждут ответа: {0}", "waiting for an answer: {0}"],
  seconds: ["{0} с", "{0} s"],
} satisfies Record<string, Pair>;

/** How a server or Redis is. */
export const states = {
  up: ["работает", "up"],
  silent: ["молчит", "silent"],
  killed: ["убит", "killed"],
  stopped: ["остановлен", "stopped"],
  frozen: ["заморожен", "frozen"],
  starting: ["запускается", "starting"],
} satisfies Record<string, Pair>;

/** What was done. */
export const deeds = {
  kill_server: ["Сервер {0} убит", "Server {0} was killed"],
  stop_server: ["Сервер {0} остановлен", "Server {0} was stopped"],
  kill_redis: ["Redis убит", "Redis was killed"],
  restart_redis: ["Redis перезапущен", "Redis was restarted"],
  freeze_redis: ["Redis заморожен", "Redis was frozen"],
} satisfies Record<string, Pair>;

/** What came of it. */
export const outcomes = {
  coming: ["люди возвращаются", "its people come back"],
  cameBack: [
    "{0} человек снова на связи через {1} с|{0} человека снова на связи через {1} с|{0} человек снова на связи через {1} с",
    "{0} person back after {1} s|{0} people back after {1} s",
  ],
  waits: ["команды ждут", "commands wait"],
  goesOn: ["не было {0} с; команды пошли через {1} с", "away {0} s; commands again after {1} s"],
  never: ["вернулись не все", "not everybody is back"],
} satisfies Record<string, Pair>;
