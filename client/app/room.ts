/**
 * The room as a page holds it: one replica, one outbox, one clock, one connection. Screens read the
 * signals and call `do`; nothing else leads to the server.
 */
import { batch, computed, effect, signal } from "@preact/signals";
import { Clock } from "./clock";
import { Drafts } from "./drafts";
import type { Ack, Message } from "./messages";
import { type Answer, type Entry, Outbox } from "./outbox";
import { Replica } from "./replica";
import type { Session } from "./session";
import { Socket, type Wire } from "./socket";
import {
  CLOSE,
  type Command,
  commands,
  type RefusalCode,
  type ServerMessages,
  type Step,
  VERSION,
} from "./wire";
import type { Pair } from "./words";

/** What travels without a name while its step is anonymous. */
const BLIND = ["post_idea", "edit_idea", "withdraw_idea", "cast_dots", "cast_opinion"];
/** Reasons of a reset after which what was acknowledged may be lost. */
const OTHER_HISTORY = ["another_log", "another_history"];
const LATE_MS = 1_500;
const TYPING_MS = 4_000;
const FIRST_PINGS = 4;
const NOBODY = {
  online: 0,
  done: 0,
  typing: 0,
  seats: [],
  hosts: 0,
  voices: [],
  reactions: [],
};
export type Reaction = ServerMessages["present"]["reactions"][number][0];

/** Whether a mask holds more than one role. */
const several = (roles: number): boolean => (roles & (roles - 1)) !== 0;

export interface Where {
  /** The step it is meant for; the current one if not said. */
  readonly step?: number | undefined;
}

export class Room {
  readonly replica = new Replica();
  readonly clock = new Clock();
  readonly session: Session;
  /** Whether something waits for its answer for so long that it is to be said. */
  readonly late = signal(false);
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly socket: Socket;
  /** Whether a first view of the room has come. */
  readonly ready = signal(false);
  readonly role = signal(0);
  /** The roles that the link offers to choose from on joining. */
  readonly linkRoles = signal(0);
  /** The decision that a personal link asks its holder to sign, else 0. */
  readonly asked = signal(0);
  readonly seat = signal(0);
  readonly done = signal(false);
  readonly present = signal<ServerMessages["present"]>(NOBODY);
  /** The last refusal that concerns no words; words that were refused are in `outbox.returned`. */
  readonly refusal = signal<RefusalCode | null>(null);
  /** Something to tell the person once. */
  readonly notice = signal<Pair | null>(null);
  readonly facts = computed(() => this.replica.room.one("session", 1));
  readonly agenda = computed(() => this.replica.room.one("agenda", 2));
  readonly step = computed(() => this.stepOf(this.agenda.value?.current ?? 0));
  readonly me = computed(() => this.replica.own.one("me", this.seat.value));
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  /** The seat by which the server knows this connection. */
  private welcomed = 0;
  /** Where the room's table stood when the server was asked. */
  private have = 0;
  /** Whether it is known what of that the server holds. */
  private agreed = false;
  /** Whether the server holds another history. */
  private lost = false;
  /** What commands name and that history may have given to something else, as it was seen here. */
  private readonly sights = new Map<number, string>();

  constructor(session: Session, open: () => Wire) {
    this.session = session;
    this.outbox = new Outbox(session.store, session.prefix, () => session.loseClient());
    this.outbox.own(session.client);
    this.drafts = new Drafts(session.store, session.prefix);
    this.watchAnswers();
    this.socket = new Socket(open, {
      hello: () => this.hello(),
      receive: (message) => this.receive(message),
      ping: () => this.ping(),
    });
  }

  start(): void {
    this.clock.start();
    this.socket.connect();
  }

  stepOf(id: number): Step | undefined {
    return this.replica.room.one("step", id);
  }

  /**
   * Gives a command. The promise is kept when the server has answered, which may be after a
   * reload of the network, but not of the page: then words that were refused are in
   * `outbox.returned`, and everything else is in the replica.
   */
  async do(
    command: Command,
    words: readonly string[] = [],
    { step = this.agenda.value?.current ?? 0 }: Where = {},
  ): Promise<Answer> {
    const meant = this.stepOf(step);
    const lane = meant?.anonymous && BLIND.includes(command[0]) ? meant.round : 0;
    const seen = this.replica.room.seq;
    const answer = this.outbox.add({ lane, step, seen, command, words });
    this.flush();
    return answer;
  }

  /** Others may come after it, so that there is always something under way: the oldest counts. */
  private watchAnswers(): void {
    const oldest = computed(() => {
      const [entry] = this.outbox.entries.value;
      return entry && `${entry.lane}:${entry.ref}`;
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    effect(() => {
      clearTimeout(timer);
      if (!oldest.value) this.late.value = false;
      else timer = setTimeout(() => (this.late.value = true), LATE_MS);
    });
  }

  /** `role` is one of `linkRoles` where there are several, else 0. */
  async join(
    name: string,
    department: number,
    named: string,
    place: "onsite" | "remote",
    role = 0,
  ): Promise<Answer> {
    const words = named ? [name, named] : [name];
    return this.do(commands.join(department, place, role), words, { step: 0 });
  }

  /** Tells the others that this person is done with the step, or not any more. */
  setDone(done: boolean): void {
    this.done.value = done;
    this.here(false);
  }

  /** A reaction to what is said or shown now; it is not kept, and lost without a connection. */
  react(kind: Reaction): void {
    this.socket.send(["react", kind]);
  }

  /** Tells that this person is typing; it wears off. */
  typing(): void {
    if (this.typingTimer === undefined) this.here(true);
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => {
      this.typingTimer = undefined;
      this.here(false);
    }, TYPING_MS);
  }

  private here(typing: boolean): void {
    this.socket.send(["here", this.agenda.value?.current ?? 0, this.done.value, typing]);
  }

  private hello(): readonly unknown[] {
    const { replica, session } = this;
    this.have = replica.room.seq;
    this.agreed = false;
    const have = [replica.logId, this.have, replica.chain];
    const own = replica.ownPosition();
    return ["hello", VERSION, session.token, session.client, session.page, have, own];
  }

  private ping(): void {
    this.socket.send(["ping", this.clock.stamp()]);
  }

  private receive(message: Message): void {
    switch (message.tag) {
      case "welcome":
        this.welcome(message);
        break;
      case "patch":
        this.patch(message);
        break;
      case "ack":
        this.acknowledged(message);
        break;
      case "refused":
        this.refused(message.lane, message.ref, message.code as RefusalCode);
        break;
      case "reset":
        this.replica.reset();
        if (OTHER_HISTORY.includes(message.reason)) this.lose();
        break;
      case "pong":
        this.clock.answer(message.sent, message.now_ms);
        break;
      case "present":
        this.present.value = message;
        break;
      case "farewell":
        this.socket.farewell(message.retry_ms);
    }
  }

  private welcome(welcome: ServerMessages["welcome"]): void {
    if (welcome.version !== VERSION) {
      this.socket.stop(CLOSE.VERSION);
      return;
    }
    batch(() => {
      this.role.value = welcome.role;
      this.linkRoles.value = welcome.roles;
      this.asked.value = welcome.decision;
    });
    this.replica.logId = welcome.log_id;
    this.session.keepClient(welcome.client);
    this.outbox.own(welcome.client);
    this.outbox.sits(welcome.seat);
    this.sit(welcome.seat);
    this.outbox.connected();
    this.clock.hint(welcome.now_ms);
    for (let i = 0; i < FIRST_PINGS; i++) this.ping();
    this.here(false);
  }

  /** A seat that was lost with the end of the log is kept in sight while it is taken again. */
  private sit(seat: number): void {
    this.welcomed = seat;
    if (!seat && this.outbox.hasJoined) return;
    this.drafts.own(seat);
    this.seat.value = seat;
  }

  private patch(patch: ServerMessages["patch"]): void {
    const before = this.agenda.peek()?.current;
    if (!this.replica.apply(patch)) {
      this.socket.connect(); // something is missing: ask anew from where we stand
      return;
    }
    if (this.done.peek() && this.agenda.peek()?.current !== before) this.setDone(false);
    if (patch.own) return;
    this.ready.value = true;
    if (!this.agreed) this.agree();
    this.outbox.stable(patch.stable_seq);
  }

  /** The server holds another history: what was seen of this one is still in the replica. */
  private lose(): void {
    for (const id of this.outbox.unsure()) {
      if (!this.sights.has(id)) this.sights.set(id, this.replica.sight(id));
    }
    this.lost = true;
    this.agreed = false;
  }

  /** The first patch after a welcome or a reset: from here on both know what the other holds. */
  private agree(): void {
    const { lost } = this;
    const other = [...this.sights].filter(([id, seen]) => this.replica.sight(id) !== seen);
    this.sights.clear();
    this.agreed = true;
    this.lost = false;
    const isOpen = ({ lane, step }: Entry) => {
      const meant = this.stepOf(step);
      // Where nothing tells of a loss, later than that nobody remembers what was answered.
      return meant?.round === lane && (lost || meant.input);
    };
    const adrift = new Set(other.map(([id]) => id));
    const told = this.outbox.doubt(lost ? 0 : this.have, lost, isOpen, adrift);
    if (told) this.refusal.value = told;
    this.flush();
  }

  private acknowledged(ack: Ack): void {
    const { lane, ref, seq, made } = ack;
    const seat = ack.token ? made[0] : undefined;
    const other = seat && seat !== this.welcomed;
    const before = batch(() => {
      this.replica.take(ack);
      const sent = this.outbox.acknowledged(lane, ref, seq, made);
      if (seat) {
        this.session.keepSeat(ack.token);
        this.drafts.own(seat, sent?.made?.[0]);
        this.seat.value = seat;
        this.welcomed = seat;
      }
      return sent?.made?.[0];
    });
    // A seat that was never lost is entered like any other: perhaps its time is over.
    if (other && (seat === before || several(this.linkRoles.peek()))) this.enterAnew();
    else this.flush();
  }

  /** Comes back in the role that was chosen, which sees another room. */
  private enterAnew(): void {
    this.ready.value = false;
    this.replica.reset();
    this.socket.connect();
  }

  private refused(lane: number, ref: number, code: RefusalCode): void {
    if (this.outbox.refused(lane, ref, code, Date.now())) this.refusal.value = code;
    if (!this.welcomed) this.sit(0);
    this.flush();
  }

  private flush(): void {
    if (!this.agreed || this.socket.link.peek().state !== "online") return;
    for (const { ref, lane, step, seen, command, words } of this.outbox.take(Date.now())) {
      this.socket.send(["do", ref, lane, step, seen, command, words]);
    }
    const held = this.outbox.heldFor(Date.now());
    if (held) setTimeout(() => this.flush(), held);
  }
}
