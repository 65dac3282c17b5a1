/** Drawings that only the stage needs. */
const PATHS = {
  sound: "M4 9.5v5h3.5l4.5 4v-13l-4.5 4zM15.5 9a4 4 0 010 6M18 6.5a8 8 0 010 11",
  mute: "M4 9.5v5h3.5l4.5 4v-13l-4.5 4zM16 9.5l5 5M21 9.5l-5 5",
  applause:
    "M12 3v3.5M5.6 5.6l2.5 2.5M18.4 5.6l-2.5 2.5M8 20.5v-6l3-3.5 1.5 1.5-1.5 2.5h6.5v2l-2.5 3.5z",
  agree: "M4 12.5l5.5 5.5L20 6.5",
  think: "M4 5h16v11h-8l-4 4v-4H4zM8 10.5h1M11.5 10.5h1M15 10.5h1",
  screen: "M3 5h18v11.5H3zM8 20.5h8M12 16.5v4",
} as const;

export function Drawn({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="ic" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
