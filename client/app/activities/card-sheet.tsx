/** A card opened while reading: its words, who would help with it, and one's own offer. */
import { VoiceMark } from "../icons";
import { Button, Field, Sheet } from "../parts";
import type { Room } from "../room";
import { textOf } from "../select";
import { type Card, commands, type Help, LIMIT } from "../wire";
import { t } from "../words";
import { steps } from "../words/steps";
import { isCustomers } from "./cards";

const who = (help: Help): string => help.department || help.name || "";

const said = (help: Help): string => [who(help), help.text].filter(Boolean).join(": ");

/** Offers of help by card, as one line each. */
export function helpByCard(room: Room): ReadonlyMap<number, string> {
  const lines = new Map<number, string>();
  for (const help of room.replica.room.all("help")) {
    if (!help.card) continue;
    const [before, line] = [lines.get(help.card), `${who(help)} (${help.text ?? ""})`];
    lines.set(help.card, before ? `${before}; ${line}` : line);
  }
  return lines;
}

interface Props {
  readonly room: Room;
  readonly card: Card;
  readonly onClose: () => void;
}

export function CardSheet({ room, card, onClose }: Props) {
  const helps = room.replica.room.all("help").filter((help) => help.card === card.id);
  const mine = helps.find((help) => help.seat === room.seat.value);
  const drop = () => {
    if (mine) void room.do(commands.withdrawHelp(mine.id));
    onClose();
  };
  return (
    <Sheet title={t(steps.card)} onClose={onClose}>
      <div class="heap heap--card">
        <VoiceMark role={card.role} />
        <p class={isCustomers(card) ? "word" : ""}>{textOf(card)}</p>
      </div>
      <ul>
        {helps.map((help) => (
          <li key={help.id} class="helped">
            {said(help)}
          </li>
        ))}
      </ul>
      <Offer {...{ room, card, onClose }} />
      {mine && (
        <Button id="idea-help-back" look="text" onPress={drop}>
          {t(steps.helpBack)}
        </Button>
      )}
    </Sheet>
  );
}

function Offer({ room, card, onClose }: Props) {
  const kept = `help${card.id}`;
  const text = room.drafts.get(0, kept);
  const send = () => {
    void room.do(commands.helpIdea(card.id), [text.trim()]);
    room.drafts.set(0, kept, "");
    onClose();
  };
  return (
    <>
      <Field
        id="idea-help-text"
        label={t(steps.helpWith)}
        hint={t(steps.helpHint)}
        rows={2}
        most={LIMIT.help}
        value={text}
        onText={(next) => room.drafts.set(0, kept, next)}
      />
      <Button id="idea-help-send" look="act" wide off={!text.trim()} onPress={send}>
        {t(steps.helpSend)}
      </Button>
    </>
  );
}
