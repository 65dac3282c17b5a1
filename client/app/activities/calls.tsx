/** What waits for this person alone: an unsigned decision, an invitation, a handover. */
import { Button } from "../parts";
import type { Room } from "../room";
import { openDecisions } from "../select";
import { type TestId, testId } from "../testids";
import { commands } from "../wire";
import { t } from "../words";
import { deeds } from "../words/decisions";

interface Props {
  readonly room: Room;
  readonly onOpen: (id: number) => void;
}

export function Calls(props: Props) {
  return (
    <>
      <ToSign {...props} />
      <Handed {...props} />
      <Invited {...props} />
    </>
  );
}

function ToSign({ room, onOpen }: Props) {
  const me = room.seat.value;
  const unsigned = openDecisions(room).filter((one) => me && one.owner === me && !one.signed);
  return (
    <>
      {unsigned.map(({ id, signed_version }) => (
        <Call
          key={id}
          {...{ room, id, onOpen }}
          test="to-sign"
          title={t(deeds.remains)}
          lead={signed_version ? t(deeds.signAgain) : ""}
        />
      ))}
    </>
  );
}

function Handed({ room, onOpen }: Props) {
  const table = room.replica.room;
  const handed = table.all("handover").filter((one) => one.seat === room.seat.value);
  return (
    <>
      {handed.map(({ id }) => (
        <Call
          key={id}
          {...{ room, id, onOpen }}
          test="handed"
          title={t(deeds.handedToYou, table.one("decision", id)?.owner_name ?? "")}
          lead={t(deeds.handedLead)}
          onDecline={() => void room.do(commands.dropHandover(id))}
        />
      ))}
    </>
  );
}

function Invited({ room, onOpen }: Props) {
  const asked = room.replica.own.all("invitation").filter((one) => one.state === "asked");
  return (
    <>
      {asked.map(({ id }) => (
        <Call
          key={id}
          {...{ room, id, onOpen }}
          test="invitation"
          title={t(deeds.invited)}
          lead={t(deeds.invitedLead)}
          onDecline={() => void room.do(commands.declineInvitation(id))}
        />
      ))}
    </>
  );
}

interface CallProps extends Props {
  readonly id: number;
  readonly test: TestId;
  readonly title: string;
  readonly lead: string;
  readonly onDecline?: () => void;
}

function Call({ room, id, test, title, lead, onDecline, onOpen }: CallProps) {
  return (
    <section class="knock" {...testId(test)}>
      <p>
        <b>{title}</b>
      </p>
      <p class="word">{room.replica.room.one("decision", id)?.what}</p>
      {lead && <p class="soft">{lead}</p>}
      <div class="duo duo--wrap">
        {onDecline ? (
          <Button id="decline" look="text" onPress={onDecline}>
            {t(deeds.decline)}
          </Button>
        ) : (
          <span />
        )}
        <Button id="invitation-open" onPress={() => onOpen(id)}>
          {t(deeds.open)}
        </Button>
      </div>
    </section>
  );
}
