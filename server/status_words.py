"""The words of the status page in both languages."""

from typing import Final

from server.promises import Pair

WORDS: Final[dict[str, Pair]] = {
    "title": ("Состояние сервера", "State of the server"),
    # the key
    "lead": (
        "Здесь видно, что обещает сервер и какие комнаты на нём открыты. Ни имён, ни слов "
        "участников здесь нет.",
        "It shows what this server promises and which rooms it has open. There are no names and "
        "no words of participants here.",
    ),
    "key": ("Ключ оператора", "Operator's key"),
    "key_lead": (
        "Он лежит в файле operator.key в папке данных сервера или задан в OPERATOR_KEY. "
        "Браузер забудет его, когда вы закроете вкладку.",
        "It is in operator.key in the server's data folder, or set as OPERATOR_KEY. The browser "
        "forgets it when you close the tab.",
    ),
    "show": ("Показать", "Show"),
    "wrong_key": (
        "Ключ не подходит. Скопируйте его целиком.",
        "The key does not fit. Copy all of it.",
    ),
    "forget": ("Забыть ключ", "Forget the key"),
    "language": ("Язык", "Language"),
    # the promise
    "kept": ("Обещание держится", "The promise is kept"),
    "unknown": ("Что обещано, проверить нельзя", "What is promised cannot be checked"),
    "weaker": ("Сейчас держится меньше, чем обещано", "Less is kept now than was promised"),
    "away": ("Redis не отвечает", "Redis does not answer"),
    "away_lead": (
        "Комнаты показывают то, что знают, и часы идут. Написанное ждёт на телефонах и дойдёт, "
        "когда Redis вернётся.",
        "Rooms show what they know, and the clock goes on. What people write waits on their "
        "phones until Redis is back.",
    ),
    "mode": ("Режим", "Mode"),
    "keeps": ("держится: {0}", "kept: {0}"),
    "keeps_unknown": ("что держится, неизвестно", "what is kept is not known"),
    "keeps_nothing": ("не держится ничего", "nothing is kept"),
    "survives": ("Переживёт", "Survives"),
    "lost": ("Не переживёт", "Does not survive"),
    "why": ("Почему", "Why"),
    # the rooms
    "rooms": ("Комнаты этого сервера", "Rooms of this server"),
    "rooms_lead": (
        "Где у двух серверов совпали запись и цепь, там совпадает и отпечаток: у них одна и та же "
        "комната.",
        "Where two servers agree in entry and chain, they agree in the digest: they hold the same "
        "room.",
    ),
    "outdated": (
        "Для этих комнат сервер слишком старый, их ведут другие: {0}. Обновите его.",
        "This server is too old for these rooms, others serve them: {0}. Upgrade it.",
    ),
    "no_rooms": ("Сейчас ни одна комната не открыта.", "No room is open just now."),
    "code": ("Код", "Code"),
    "seq": ("Запись", "Entry"),
    "chain": ("Цепь", "Chain"),
    "digest": ("Отпечаток", "Digest"),
    "people": ("Люди", "People"),
    # the servers
    "servers": ("Серверы", "Servers"),
    "this": ("этот сервер", "this server"),
    "server": ("Сервер", "Server"),
    "address": ("Адрес", "Address"),
    "version": ("Версия", "Version"),
    "rooms_short": ("Комнаты", "Rooms"),
    "once": (
        "Всего, каждая комната и каждый человек один раз: комнат {0}, людей {1}.",
        "In all, each room and each person counted once: rooms {0}, people {1}.",
    ),
    # the page
    "silent": (
        "Сервер не отвечает. Показано то, что он сказал последним.",
        "The server does not answer. This is what it said last.",
    ),
}
"""By name; where a text has {0} and {1}, numbers or names take their place."""
