/** The stage's picture for every kind of step. A new kind adds its line here if it has one. */
import { shownCards } from "../select";
import { Board, Drafts, signedSaying } from "./board";
import { voteSaying } from "./gaps";
import { Groups } from "./groups";
import { Brief, Pause } from "./rest";
import { Ideas, Reveal, revealed, rolesOf } from "./reveal";
import type { Panel } from "./scene";
import { gapsOf } from "./split";
import { Talk } from "./talk";
import { presentMasks } from "./voices";
import { Votes } from "./votes";

const ideas: Panel = {
  Body: Ideas,
  voices: (room, step) => {
    const cards = shownCards(room, [step.id]);
    return cards.length ? rolesOf(cards) : presentMasks(room);
  },
};

const reveal: Panel = { Body: Reveal, voices: (room, step) => rolesOf(revealed(room, step)) };

const group: Panel = {
  Body: Groups,
  voices: (room) => {
    const named = room.replica.room.all("group").length;
    return named > 6 ? [] : rolesOf(shownCards(room));
  },
};

const vote: Panel = {
  Body: Votes,
  head: voteSaying,
  voices: (room, step) => {
    const gaps = gapsOf(room, step);
    if (gaps) return gaps.rows.flatMap((row) => row.voices.map((voice) => voice.mask));
    return step.input ? presentMasks(room) : [];
  },
};

const discuss: Panel = {
  Body: Talk,
  voices: (room) => room.replica.room.all("hand").map((hand) => hand.role),
};

export const panels: Readonly<Record<string, Panel>> = {
  brief: { Body: Brief },
  ideate: ideas,
  reveal,
  group,
  vote,
  draft: { Body: Drafts },
  claim: { Body: Board, head: signedSaying },
  discuss,
  break: { Body: Pause },
  close: { Body: Board, head: signedSaying },
};
