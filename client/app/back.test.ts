import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { onBack, stayInRoom } from "./back";

/** A page with a history of its own. */
class FakePage {
  readonly entries: unknown[] = [null];
  private readonly listeners = new Map<string, () => void>();
  readonly history = {
    get state() {
      return null;
    },
    pushState: (state: unknown) => void this.entries.push(state),
  };
  constructor() {
    Object.defineProperty(this.history, "state", {
      get: () => this.entries[this.entries.length - 1],
    });
  }
  addEventListener(name: string, listener: () => void): void {
    this.listeners.set(name, listener);
  }
  removeEventListener(name: string): void {
    this.listeners.delete(name);
  }
  happens(name: string): void {
    this.listeners.get(name)?.();
  }
  back(): void {
    this.entries.pop();
    this.happens("popstate");
  }
}

function inRoom() {
  const page = new FakePage();
  const warn = vi.fn();
  const leave = stayInRoom(page as unknown as Window, warn);
  return { page, warn, leave };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("closes what was opened last, and stays", () => {
  const { page, warn } = inRoom();
  const first = vi.fn();
  const second = vi.fn();
  const forgetFirst = onBack(first);
  const forgetSecond = onBack(second);
  page.back();
  expect(second).toHaveBeenCalledOnce();
  forgetSecond();
  page.back();
  expect(first).toHaveBeenCalledOnce();
  forgetFirst();
  expect(warn).not.toHaveBeenCalled();
  expect(page.entries).toHaveLength(2);
});

test("with nothing open warns first, and leaves the page's own entry to the next way back", () => {
  const { page, warn } = inRoom();
  page.back();
  expect(warn).toHaveBeenCalledOnce();
  expect(page.entries).toEqual([null]);
});

test("holds again when some seconds have passed, or the page is touched", () => {
  const { page } = inRoom();
  page.back();
  vi.advanceTimersByTime(4_000);
  expect(page.entries).toHaveLength(2);
  page.back();
  page.happens("click");
  page.happens("click");
  expect(page.entries).toHaveLength(2);
});

test("lets go of the page when the room is left", () => {
  const { page, leave } = inRoom();
  leave();
  page.back();
  page.happens("click");
  expect(page.entries).toEqual([null]);
});
