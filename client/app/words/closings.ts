/** Why a connection has ended for good, and what to do. */
type Pair = readonly [ru: string, en: string];

/** By websocket close code, for those after which a page does not come back by itself. */
export const closings: Record<number, Pair> & { 0: Pair } = {
  0: [
    "Соединение закрыто. Обновите страницу, чтобы вернуться.",
    "The connection was closed. Reload the page to come back.",
  ],
  4400: [
    "Сервер не понял эту страницу. Обновите её, ваши тексты сохранены.",
    "The server did not understand this page. Reload it, your texts are safe.",
  ],
  4401: [
    "Ссылка не подходит. Откройте её из приглашения ещё раз или попросите новую.",
    "This link does not fit. Open it from the invitation again, or ask for a new one.",
  ],
  4403: [
    "Доступ закрыт ведущим. Попросите у него новую ссылку.",
    "The facilitator has closed this access. Ask for a new link.",
  ],
  4404: [
    "Такой комнаты нет. Проверьте код в приглашении.",
    "There is no such room. Check the code in the invitation.",
  ],
  4409: [
    "Комната открыта на другой странице этого устройства. Продолжайте там или обновите эту.",
    "The room is open on another page of this device. Go on there, or reload this one.",
  ],
  4426: [
    "Вышла новая версия. Обновите страницу, ваши тексты сохранены.",
    "There is a new version. Reload the page, your texts are safe.",
  ],
};
