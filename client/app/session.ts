/**
 * Who this page is: the token of a link or of a seat, the client id that the server lent to this
 * device, and a nonce that tells a page from a copy of it. Tokens come in the URL's fragment, which
 * no server sees, and leave the address bar at once.
 */
import { device, type Store, tab } from "./store";

export interface Place {
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
}

export class Session {
  readonly code: string;
  /** `oneroom:CODE:page`, where the page is r, m or s: one browser may hold several. */
  readonly prefix: string;
  readonly page = nonce();
  /** What is kept on the device. */
  readonly store: Store;
  private readonly tab: Store;
  private link: string;
  private lent: number;

  constructor(place: Place, forget: (url: string) => void, deviceStore = device, tabStore = tab) {
    const [page = "", code = ""] = place.pathname.split("/").filter(Boolean);
    this.code = code.toUpperCase();
    this.prefix = `oneroom:${this.code}:${page}`;
    this.store = deviceStore;
    this.tab = tabStore;
    const brought = place.hash.slice(1);
    if (brought) forget(place.pathname + place.search);
    this.link = brought || this.both("link") || "";
    this.keep("link", this.link);
    this.lent = Number(this.both("client")) || 0;
  }

  /** The token to enter with: the seat's if there is one, else the link's. */
  get token(): string {
    return this.store.get(this.seatKey()) ?? this.link;
  }

  get hasSeat(): boolean {
    return this.store.get(this.seatKey()) !== null;
  }

  get client(): number {
    return this.lent;
  }

  keepSeat(token: string): void {
    this.store.set(this.seatKey(), token);
  }

  /** The seat's token is worth nothing any more; the link's may still be. */
  dropSeat(): void {
    this.store.remove(this.seatKey());
  }

  keepClient(client: number): void {
    this.lent = client;
    this.keep("client", String(client));
  }

  /** Lets a reload come as somebody new, because what this client sent cannot be written down. */
  loseClient(): void {
    this.tab.remove(`${this.prefix}:client`);
    this.store.remove(`${this.prefix}:client`);
  }

  private seatKey(): string {
    return `${this.prefix}:seat:${this.link}`;
  }

  /** The tab's own value; for a tab that was discarded, the latest of the device. */
  private both(name: string): string | null {
    return this.tab.get(`${this.prefix}:${name}`) ?? this.store.get(`${this.prefix}:${name}`);
  }

  private keep(name: string, value: string): void {
    if (!value) return;
    this.tab.set(`${this.prefix}:${name}`, value);
    this.store.set(`${this.prefix}:${name}`, value);
  }
}

/** Twenty letters that no other page has. `randomUUID` does not exist on plain http, `getRandomValues` does. */
export function nonce(): string {
  const bytes = new Uint8Array(10);
  crypto.getRandomValues(bytes);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
