/** Drawings: icons of the interface, and a shape for every voice, so that colour never speaks alone. */

import { ROLE } from "./wire";
import { t } from "./words";
import { voiceNames } from "./words/common";

const PATHS = {
  check: "M4 12.5l5.5 5.5L20 6.5",
  plus: "M12 4v16M4 12h16",
  minus: "M4 12h16",
  cross: "M5 5l14 14M19 5L5 19",
  up: "M12 20V4.5M5 11.5l7-7 7 7",
  right: "M4 12h15.5M12.5 5l7 7-7 7",
  clock: "M12 3.5a8.5 8.5 0 110 17 8.5 8.5 0 010-17zM12 7.5V12l3.5 2.5",
  ring: "M12 4a8 8 0 110 16 8 8 0 010-16z",
  pen: "M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19 4 20zM13.5 7l3.5 3.5",
  people:
    "M9 5a3.5 3.5 0 110 7 3.5 3.5 0 010-7zM2.5 20c.4-3.5 2.8-5.5 6.5-5.5s6.1 2 6.5 5.5M15.5 5.4a3.5 3.5 0 010 6.2M18 15c2 .8 3.2 2.4 3.5 5",
  screen: "M3 5h18v11.5H3zM8 20.5h8M12 16.5v4",
  phone: "M7.5 2.5h9v19h-9zM10.5 18.5h3",
  copy: "M8 8h12v12H8zM16 8V4H4v12h4",
  hand: "M7 12V6a1.5 1.5 0 013 0v5V4.5a1.5 1.5 0 013 0V11 5.5a1.5 1.5 0 013 0V13l1.6-2.2a1.6 1.6 0 012.6 1.9L16.5 19a4 4 0 01-3.3 2H12a5 5 0 01-5-5z",
  pause: "M8 5v14M16 5v14",
  play: "M7 4.5v15l12-7.5z",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3",
  clap: "M12 2.5v3M5.5 5l2 2.200M18.500 5l-2 2.200M4.500 13.500l7-3.500 8 4.500-3 6h-8z",
  thumb:
    "M4 11h4v9.500H4zM8 12l3.500-8.500a2 2 0 012.500 2.200V9.500h4.500a1.500 1.500 0 011.500 1.800l-1.500 8a1.500 1.500 0 01-1.500 1.200H8",
  think: "M4 4.500h16v11.500h-9l-4.500 4v-4H4zM8.500 10.300h.01M12 10.300h.01M15.500 10.300h.01",
  left: "M20 12H4.5M11.5 5l-7 7 7 7",
  list: "M4 6h16M4 12h16M4 18h10",
  more: "M4 11h2v2H4zM11 11h2v2h-2zM18 11h2v2h-2z",
  spot: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  search: "M10.5 4a6.5 6.5 0 110 13 6.5 6.5 0 010-13zM15.5 15.5l5 5",
  link: "M9.5 14.5l5-5M8 11l-3 3a3.5 3.5 0 005 5l3-3M16 13l3-3a3.5 3.5 0 00-5-5l-3 3",
  down: "M12 4v15.5M5 12.5l7 7 7-7",
  print: "M7 9V3.5h10V9M7 17H3.5V9h17v8H17M7 14h10v6.5H7z",
  day: "M4 6h16v14H4zM4 10.5h16M8.5 3v5M15.5 3v5",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, class: extra = "" }: { name: IconName; class?: string }) {
  return (
    <svg class={`ic ${extra}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

export type Voice = "staff" | "lead" | "customer" | "partner" | "expert" | "other";

const SHAPES: Record<Voice, string> = {
  staff: "M8 1a7 7 0 110 14A7 7 0 018 1z",
  lead: "M1.5 1.5h13v13h-13z",
  customer: "M8 0l8 8-8 8-8-8z",
  partner: "M8 1l7.5 14H.5z",
  expert: "M5.5 1h5v4.5H15v5h-4.5V15h-5v-4.5H1v-5h4.5z",
  other: "M8 2a6 6 0 110 12A6 6 0 018 2z",
};

/** The outline of a voice's shape, in a square of 16. */
export function shapeOf(voice: Voice): string {
  return SHAPES[voice];
}

/** The voice a role speaks with; "other" where a role is not told, so that nobody is singled out. */
export function voiceOf(role: number): Voice {
  if (role === ROLE.customer) return "customer";
  if (role === ROLE.partner) return "partner";
  if (role === ROLE.expert) return "expert";
  if (role === ROLE.lead) return "lead";
  return role ? "staff" : "other";
}

export function VoiceMark({ role, open = false }: { role: number; open?: boolean }) {
  const voice = voiceOf(role);
  return (
    <svg
      class={`vm ${voice} ${open || voice === "other" ? "vm--open" : ""}`}
      viewBox="0 0 16 16"
      role="img"
      aria-label={t(voiceNames[voice])}
    >
      <path d={SHAPES[voice]} />
    </svg>
  );
}
