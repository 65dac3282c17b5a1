/** Small texts that outlive a page. Where the browser refuses storage, they live as long as the page. */
export interface Store {
  /** The text under a key, or null. */
  get(key: string): string | null;
  /** Keeps a text; false if it will not outlive the page. */
  set(key: string, text: string): boolean;
  remove(key: string): void;
}

type Area = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export function makeStore(area: () => Area): Store {
  const memory = new Map<string, string>();
  function tried<T>(act: (area: Area) => T): T | undefined {
    try {
      return act(area());
    } catch {
      return undefined; // private windows and full disks throw; the memory copy serves instead
    }
  }
  return {
    get: (key) => memory.get(key) ?? tried((a) => a.getItem(key)) ?? null,
    set(key, text) {
      memory.delete(key);
      const kept = tried((a) => {
        a.setItem(key, text);
        return true;
      });
      if (kept) return true;
      memory.set(key, text);
      tried((a) => a.removeItem(key)); // an older text must not come back after a reload
      return false;
    },
    remove(key) {
      memory.delete(key);
      tried((a) => a.removeItem(key));
    },
  };
}

/** Keeps nothing beyond the page. */
export const forgetful = (): Store =>
  makeStore(() => {
    throw new Error("kept in memory alone");
  });

/** Kept on the device. */
export const device = makeStore(() => localStorage);
/** Kept in the tab, and copied with it. */
export const tab = makeStore(() => sessionStorage);

/** Reads JSON that may be missing or broken; `fallback` then. */
export function readJson<T>(store: Store, key: string, fallback: T): T {
  const text = store.get(key);
  if (text === null) return fallback;
  try {
    return JSON.parse(text) as T;
  } catch {
    return fallback;
  }
}
