/** The way in for who has a room's code, or pastes a whole link. */
import { useState } from "preact/hooks";
import { Button } from "../parts";
import { testId } from "../testids";
import { t } from "../words";
import { home } from "../words/home";
import { ask, type Refusal } from "./ask";

const LINK = /^https?:\/\/\S+\/[rms]\/[A-Za-z0-9]+#\S+$/;

/** Where a code or a link leads. Throws a sentence where it leads nowhere. */
async function way(text: string): Promise<string> {
  if (LINK.test(text)) return text;
  const code = text.replace(/[\s-]/g, "").toUpperCase();
  if (!code) throw new Error(t(home.noCode));
  try {
    return (await ask<{ url: string }>("/api/join", { code: code.slice(0, 40) })).url;
  } catch (why) {
    throw (why as Refusal).code === "no_such_room" ? new Error(t(home.noRoom)) : why;
  }
}

export function Door() {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const enter = async () => {
    setBusy(true);
    setProblem("");
    try {
      location.assign(await way(text.trim()));
    } catch (why) {
      setProblem((why as Error).message);
    }
    setBusy(false);
  };
  return (
    <form
      class="door"
      onSubmit={(event) => {
        event.preventDefault();
        void enter();
      }}
    >
      <label for="door">{t(home.door)}</label>
      <input
        id="door"
        class="num"
        placeholder={t(home.doorHint)}
        value={text}
        maxLength={400}
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        enterkeyhint="go"
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? "door-problem" : undefined}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setProblem("");
        }}
        {...testId("home-code")}
      />
      <Button id="home-enter" submit off={busy}>
        {t(busy ? home.entering : home.enter)}
      </Button>
      {problem && (
        <p class="field__err" id="door-problem" role="alert" {...testId("home-code-problem")}>
          {problem}
        </p>
      )}
    </form>
  );
}
