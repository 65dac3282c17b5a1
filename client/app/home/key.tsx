/** The organiser's key: asked for once, and remembered on this device if the person wishes. */
import { Button, Field, Tick } from "../parts";
import { device } from "../store";
import { t } from "../words";
import { home } from "../words/home";

const KEY = "oneroom:key";

export const keptKey = (): string => device.get(KEY) ?? "";

export function keepKey(key: string, keep: boolean): void {
  if (keep) device.set(KEY, key);
  else device.remove(KEY);
}

interface Props {
  readonly value: string;
  readonly kept: boolean;
  readonly keep: boolean;
  readonly problem: string;
  readonly onText: (key: string) => void;
  readonly onKeep: (keep: boolean) => void;
  readonly onForget: () => void;
}

export function Key(props: Props) {
  if (props.kept && !props.problem) return <Kept onForget={props.onForget} />;
  return (
    <div class="key">
      <Field
        id="home-key"
        label={t(home.key)}
        type="password"
        most={200}
        value={props.value}
        problem={props.problem}
        onText={props.onText}
      />
      <p class="note">{t(home.keyLead)}</p>
      <Tick id="home-key-keep" on={props.keep} onPress={() => props.onKeep(!props.keep)}>
        {t(home.keyKeep)}
      </Tick>
    </div>
  );
}

function Kept({ onForget }: { onForget: () => void }) {
  return (
    <p class="key key--kept">
      {t(home.keyKept)}{" "}
      <Button id="home-key-forget" look="text" onPress={onForget}>
        {t(home.keyForget)}
      </Button>
    </p>
  );
}
