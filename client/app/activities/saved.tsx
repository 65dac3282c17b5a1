/** A card of one's own that the server has: to be read again, changed, or taken back. */
import { useState } from "preact/hooks";
import { Icon } from "../icons";
import { Button, Field } from "../parts";
import { textOf } from "../select";
import { testId } from "../testids";
import { type Card, commands, LIMIT } from "../wire";
import { t } from "../words";
import { common } from "../words/common";
import { steps } from "../words/steps";
import type { ActivityProps } from "./activity";
import { Lane } from "./lane";
import { roomLeft } from "./letters";

interface Props extends ActivityProps {
  readonly card: Card;
  readonly withdraw: () => void;
}

export function Saved({ room, step, card, withdraw }: Props) {
  const [state, setState] = useState<"" | "open" | "editing">("");
  const edit = room.outbox.entries.value.find(
    (entry) => entry.command[0] === "edit_idea" && entry.command[1] === card.id,
  );
  const text = edit?.words[0] ?? textOf(card);
  const mayChange = step.input && card.text !== null;
  if (state === "editing" && mayChange) {
    return <Editing {...{ room, step, card, text }} end={() => setState("")} />;
  }
  const turn = mayChange ? () => setState(state ? "" : "open") : null;
  return (
    <li class="idea" data-state={edit ? "sending" : "sent"} {...testId("idea")}>
      <Lane room={room} step={step} lane={card.lane} />
      <Text text={text} open={state !== ""} turn={turn} />
      <span class="idea__st">
        <Icon name={edit ? "ring" : "check"} />
        <span class="sr">{t(edit ? common.sending : common.sent)}</span>
      </span>
      {state && mayChange && <Ways edit={() => setState("editing")} withdraw={withdraw} />}
    </li>
  );
}

interface TextProps {
  readonly text: string;
  readonly open: boolean;
  /** Opens and closes what can be done with it; null if nothing can. */
  readonly turn: (() => void) | null;
}

function Text({ text, open, turn }: TextProps) {
  if (!turn) return <p class="idea__text">{text}</p>;
  return (
    <button type="button" class="idea__text" onClick={turn} aria-expanded={open}>
      <span>{text}</span>
    </button>
  );
}

function Ways({ edit, withdraw }: { edit: () => void; withdraw: () => void }) {
  return (
    <p class="idea__note">
      <Button id="idea-edit" look="text" onPress={edit}>
        {t(steps.edit)}
      </Button>
      <Button id="idea-withdraw" look="text" onPress={withdraw}>
        {t(steps.withdraw)}
      </Button>
    </p>
  );
}

/** What was just withdrawn, with a way back: its words are nowhere else. */
export function TakenBack(props: ActivityProps & { card: Card; end: () => void }) {
  const { room, step, card, end } = props;
  const again = () => {
    void room.do(commands.postIdea(card.lane), [textOf(card)], { step: step.id });
    end();
  };
  return (
    <li class="idea idea--taken">
      <Lane room={room} step={step} lane={card.lane} />
      <p class="idea__text">{textOf(card)}</p>
      <span />
      <p class="idea__note" role="status">
        {t(steps.takenBack)}
        {step.input && (
          <Button id="idea-again" look="text" onPress={again}>
            {t(steps.putBack)}
          </Button>
        )}
      </p>
    </li>
  );
}

type EditingProps = ActivityProps & { card: Card; text: string; end: () => void };

/** The text while it is edited, kept as a draft. */
function useEdit({ room, step, card, text: before, end }: EditingProps) {
  const key = `edit${card.id}`;
  const [text, setText] = useState(room.drafts.get(step.id, key) || before);
  const leave = () => {
    room.drafts.set(step.id, key, "");
    end();
  };
  const type = (next: string) => {
    setText(next);
    room.drafts.set(step.id, key, next);
  };
  const save = () => {
    void room.do(commands.editIdea(card.id), [text.trim()], { step: step.id });
    if (room.done.value) room.setDone(false);
    leave();
  };
  return { text, type, save, leave };
}

/** So much may be pasted; what is too long for a card is answered in words, not cut. */
const MOST = LIMIT.card * 40;

function Editing(props: EditingProps) {
  const { text, type, save, leave } = useEdit(props);
  const over = roomLeft(text) < 0;
  const label = t(steps.edit);
  return (
    <li class="idea idea--edit">
      <Field id="idea-edit-text" label={label} rows={3} most={MOST} value={text} onText={type} />
      {over && (
        <p class="field__err" role="status">
          {t(steps.tooLong)}
        </p>
      )}
      <p class="duo">
        <Button id="cancel" look="text" onPress={leave}>
          {t(common.cancel)}
        </Button>
        <Button id="idea-edit-save" look="act" off={!text.trim() || over} onPress={save}>
          {t(common.save)}
        </Button>
      </p>
    </li>
  );
}
