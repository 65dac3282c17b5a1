/** Messages of the wire as objects: MessagePack arrays whose first element is a tag. */
import { decode, encode } from "@msgpack/msgpack";
import { MESSAGES, type ServerMessages } from "./wire";

type Tag = keyof ServerMessages;
export type Message = { [T in Tag]: { readonly tag: T } & ServerMessages[T] }[Tag];
export type Ack = ServerMessages["ack"];
export type Patch = ServerMessages["patch"];
export type Packed = readonly [string, ...unknown[]];

const TAGS = new Set(Object.keys(MESSAGES));

/** Names the values of an array in their order. */
export function named(fields: readonly string[], values: readonly unknown[]): object {
  return Object.fromEntries(fields.map((field, place) => [field, values[place]]));
}

/** A server's message; null where its tag is not of this version. */
export function read(bytes: ArrayBuffer): Message | null {
  const [tag, ...values] = decode(new Uint8Array(bytes)) as [string, ...unknown[]];
  if (!TAGS.has(tag)) return null;
  return { tag, ...named(MESSAGES[tag as Tag], values) } as Message;
}

export function write(message: readonly unknown[]): Uint8Array<ArrayBuffer> {
  return encode(message);
}
