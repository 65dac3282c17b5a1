/** The rooms that are run from this device: those made here, and those whose desk was opened here. */
import { device, readJson } from "../store";

export interface Mine {
  readonly code: string;
  /** The token of the facilitator's link. */
  readonly token: string;
  readonly title: string;
  readonly starts_ms: number;
}

const KEY = "oneroom:rooms";
const DESK = /^oneroom:([A-Z0-9]+):m:link$/;

function made(): readonly Mine[] {
  const list = readJson<readonly Mine[]>(device, KEY, []);
  return Array.isArray(list) ? list : [];
}

/** What desks have left on this device; nothing where storage is closed. */
function desks(): readonly Mine[] {
  try {
    return Object.keys(localStorage).flatMap((key) => {
      const code = DESK.exec(key)?.[1];
      const token = code && device.get(key);
      return code && token ? [{ code, token, title: "", starts_ms: 0 }] : [];
    });
  } catch {
    return [];
  }
}

/** All of them, those made here first and the newest at the top. */
export function myRooms(): readonly Mine[] {
  const own = made();
  const codes = new Set(own.map((room) => room.code));
  return [...own, ...desks().filter((room) => !codes.has(room.code))];
}

export function keepRoom(room: Mine): void {
  const others = made().filter((one) => one.code !== room.code);
  device.set(KEY, JSON.stringify([room, ...others]));
}

/** Takes a room off the list; returns how to put it back. */
export function forgetRoom(room: Mine): () => void {
  const before = made();
  const key = `oneroom:${room.code}:m:link`;
  const desk = device.get(key);
  device.set(KEY, JSON.stringify(before.filter((one) => one.code !== room.code)));
  device.remove(key);
  return () => {
    device.set(KEY, JSON.stringify(before));
    if (desk) device.set(key, desk);
  };
}

export const deskOf = (room: Mine): string => `/m/${room.code}#${room.token}`;
