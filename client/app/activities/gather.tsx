/** The foot of grouping: what is chosen, and where it goes. */
import { Button } from "../parts";
import type { Room } from "../room";
import type { Step } from "../wire";
import { t } from "../words";
import { grouping } from "../words/group";
import type { Picking } from "./picking";
import { DoneTick } from "./rest";

interface Props {
  readonly room: Room;
  readonly step: Step;
  readonly picking: Picking;
}

export function Gather({ room, step, picking }: Props) {
  const chosen = picking.chosen.value;
  const last = room.replica.room.one("group", picking.made.value);
  const made = last && !last.name ? last : undefined;
  if (chosen.length > 0) return <Chosen {...{ room, step, picking }} />;
  return (
    <div class="gather">
      <div>
        <Left room={room} made={made !== undefined} />
        <Undo room={room} picking={picking} />
      </div>
      {made ? (
        <Button
          id="name-theme"
          look="act"
          onPress={() => {
            picking.opened.value = made.id;
          }}
        >
          {t(grouping.nameIt)}
        </Button>
      ) : (
        <Button id="merge" look="act" off>
          {t(grouping.merge)}
        </Button>
      )}
    </div>
  );
}

/** What became of the last act: on its way, done, or nothing to tell. */
function Left({ room, made }: { room: Room; made: boolean }) {
  const going = room.outbox.entries.value.some((entry) => entry.command[0] === "merge_cards");
  if (going) return <Going />;
  if (made) return <p class="gather__made">{t(grouping.made)}</p>;
  return <DoneTick room={room} />;
}

function Going() {
  return (
    <p class="gather__made is-slow">
      <i class="spool" />
      {t(grouping.going)}
    </p>
  );
}

function Undo({ room, picking }: { room: Room; picking: Picking }) {
  const mine = room.replica.room.all("merge").filter((one) => one.seat === room.seat.value);
  const last = mine[mine.length - 1];
  if (!last) return null;
  return (
    <Button id="undo" look="text" onPress={() => picking.undo(last.id)}>
      {t(grouping.undo)}
    </Button>
  );
}

function Chosen({ room, step, picking }: Props) {
  const chosen = picking.chosen.value;
  const themes = room.replica.room.all("group").filter((theme) => theme.step === step.id).length;
  const most = room.replica.room.one("grouping", step.id)?.max_groups ?? 0;
  const full = most > 0 && themes >= most;
  return (
    <div class="gather">
      <p role="status">
        <b>{t(grouping.picked, chosen.length)}</b>
        <Button id="pick-none" look="text" onPress={() => picking.clear()}>
          {t(grouping.clear)}
        </Button>
      </p>
      <div class="gather__acts">
        {themes > 0 && <IntoTheme picking={picking} main={full} />}
        {!full && (
          <Button id="merge" look="act" onPress={() => void picking.put(chosen, 0)}>
            {t(grouping.merge)}
          </Button>
        )}
      </div>
      {full && <p class="gather__full">{t(grouping.noMoreThemes)}</p>}
    </div>
  );
}

/** The main action where no theme can be added. */
function IntoTheme({ picking, main }: { picking: Picking; main: boolean }) {
  const choose = () => {
    picking.moving.value = picking.chosen.peek();
  };
  return (
    <Button id="to-theme" {...(main && { look: "act" as const })} onPress={choose}>
      {t(grouping.intoTheme)}
    </Button>
  );
}
