/** Putting in a step on the spot: a kind, and defaults that work as they stand. */
import { useState } from "preact/hooks";
import { Button, Field, Sheet, Tick } from "../parts";
import type { Room } from "../room";
import { steps } from "../select";
import { testId } from "../testids";
import { commands, type Step } from "../wire";
import { both, lang, type Pair, t } from "../words";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";
import { canBeAnonymous, KIND_PLANS, type KindPlan, planOf } from "./kinds";
import { MinutesField } from "./minutes";

const NAME_LENGTH = 80;
const PROMPT_LENGTH = 600;

export function Insert({ desk }: { desk: Desk }) {
  const [kind, setKind] = useState<KindPlan | null>(null);
  const close = () => desk.open(null);
  return (
    <Sheet title={t(words.insert)} onClose={close}>
      {kind ? (
        <Details key={kind.kind} desk={desk} kind={kind} onBack={() => setKind(null)} />
      ) : (
        <ul class="kinds">
          {KIND_PLANS.map((one) => (
            <li key={one.kind}>
              <button
                type="button"
                onClick={() => setKind(one)}
                {...testId(`insert-kind-${one.kind}`)}
              >
                <b>{t(one.name)}</b>
                <span>{t(one.good)}</span>
                <span class="num">{t(words.minutesShort, one.minutes)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Sheet>
  );
}

interface DetailsProps {
  readonly desk: Desk;
  readonly kind: KindPlan;
  readonly onBack: () => void;
}

/** What was typed counts in both languages; an untouched default stays in its own two. */
const said = (text: string, standard: Pair): Pair =>
  text.trim() === t(standard) ? standard : [text.trim(), text.trim()];

function Details({ desk, kind, onBack }: DetailsProps) {
  const [name, setName] = useState(t(kind.name));
  const [prompt, setPrompt] = useState(t(kind.prompt));
  const [minutes, setMinutes] = useState(kind.minutes);
  const [internal, setInternal] = useState(false);
  const [anonymous, setAnonymous] = useState(false);
  const [after, setAfter] = useState(desk.insertAfter.value || startOf(desk.room));
  const insert = () => {
    const wanted = {
      name: said(name, kind.name),
      prompt: said(prompt, kind.prompt),
      minutes,
      internal,
      anonymous,
    };
    desk.open(null);
    void desk.act(commands.insertStep(after, planOf(kind, wanted)), {
      text: t(words.inserted, name.trim()),
      undo: ([made = 0]) => [[commands.skipStep(made, true)]],
    });
  };
  return (
    <>
      <p class="soft">{t(kind.good)}</p>
      <Field
        id="insert-name"
        label={t(words.stepName)}
        most={NAME_LENGTH}
        value={name}
        onText={setName}
      />
      <Field
        id="insert-prompt"
        label={t(words.stepPrompt)}
        rows={3}
        most={PROMPT_LENGTH}
        value={prompt}
        onText={setPrompt}
      />
      <MinutesField value={minutes} onMinutes={setMinutes} />
      <After room={desk.room} after={after} onAfter={setAfter} />
      <div class="ticks">
        <Tick id="insert-internal" on={internal} onPress={() => setInternal(!internal)}>
          {t(words.onlyStaff)}
        </Tick>
        {canBeAnonymous(kind) && (
          <Tick id="insert-anonymous" on={anonymous} onPress={() => setAnonymous(!anonymous)}>
            {t(words.withoutNames)}
          </Tick>
        )}
      </div>
      <div class="duo duo--deeds">
        <Button id="cancel" onPress={onBack}>
          {t(words.otherKind)}
        </Button>
        <Button id="insert-send" look="act" off={!name.trim() || minutes < 1} onPress={insert}>
          {t(words.insertSend)}
        </Button>
      </div>
    </>
  );
}

/** A step can stand after the current one or any that is ahead. */
function places(room: Room): readonly Step[] {
  const all = steps(room);
  const here = all.findIndex((step) => step.id === room.agenda.value?.current);
  return all.slice(Math.max(0, here));
}

const startOf = (room: Room): number => places(room)[0]?.id ?? 0;

function After(props: { room: Room; after: number; onAfter: (step: number) => void }) {
  void lang.value;
  return (
    <label class="pickone">
      <span>{t(words.insertWhere)}</span>
      <select
        value={props.after}
        onChange={(event) => props.onAfter(Number(event.currentTarget.value))}
        {...testId("insert-after-step")}
      >
        {places(props.room).map((step) => (
          <option key={step.id} value={step.id}>
            {t(words.afterStep, both(step.name))}
          </option>
        ))}
      </select>
    </label>
  );
}
