/** Voices on the stage: who is here, a mark for some of them, and the legend that names the marks. */
import { type Voice, VoiceMark, voiceOf } from "../icons";
import type { Room } from "../room";
import { ROLE } from "../wire";
import { type Pair, t } from "../words";
import { voicesMany } from "../words/common";
import { stage, voicesGenitive } from "../words/stage";

const ORDER: readonly number[] = [ROLE.customer, ROLE.member, ROLE.lead, ROLE.partner, ROLE.expert];

const isOne = (mask: number): boolean => mask !== 0 && (mask & (mask - 1)) === 0;

/** The shape of a voice; an open circle where several voices are told as one. */
export function Mark({ mask }: { mask: number }) {
  return <VoiceMark role={isOne(mask) ? mask : 0} />;
}

function named(mask: number, names: Record<Voice, Pair>): readonly string[] {
  const each = ORDER.filter((role) => mask & role).map((role) => t(names[voiceOf(role)]));
  return each.length ? each : [t(names.other)];
}

/** "customers"; "partners and experts" where they are told as one. */
export function voiceName(mask: number): string {
  const names = named(mask, voicesMany);
  const last = names[names.length - 1] ?? "";
  if (names.length < 2) return last;
  return t(stage.and, names.slice(0, -1).join(", "), last);
}

/** In a sentence, where three voices and more are the rest. */
export const inSentence = (mask: number): string => short(mask, voicesMany, stage.rest);

/** The same in the genitive, as after "20 % of". */
export const ofVoices = (mask: number): string => short(mask, voicesGenitive, stage.ofRest);

function short(mask: number, names: Record<Voice, Pair>, rest: Pair): string {
  const each = named(mask, names);
  return each.length > 2 ? t(rest) : each.reduce((first, second) => t(stage.and, first, second));
}

/** Roles and how many of each are here; nobody's role where that is not told. */
export function present(room: Room): readonly (readonly [role: number, people: number])[] {
  const { voices, online } = room.present.value;
  if (voices.length === 0) return online > 0 ? [[0, online]] : [];
  return voices.map(([role, people]) => [role, people] as const);
}

export function presentMasks(room: Room): readonly number[] {
  return present(room)
    .filter(([role, people]) => role && people)
    .map(([role]) => role);
}

/** Names the shapes that are to be seen, each once, customers first. */
export function Legend({ masks }: { masks: readonly number[] }) {
  const once = [...new Map(masks.map((mask) => [voiceName(mask), mask])).values()];
  const place = (mask: number) => {
    const at = ORDER.indexOf(mask);
    return at < 0 ? ORDER.length : at;
  };
  once.sort((a, b) => place(a) - place(b));
  return (
    <p class="st-who">
      {once.map((mask) => (
        <span key={mask}>
          <Mark mask={mask} />
          {voiceName(mask)}
        </span>
      ))}
    </p>
  );
}
