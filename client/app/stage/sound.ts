/** Two soft tones: one when the last minute begins, two when time is up. */
const MINUTE_HZ = [523.25];
const END_HZ = [523.25, 392];
const APART_S = 0.35;
const TONE_S = 1.4;
const LOUD = 0.12;

let context: AudioContext | null = null;

/** Must be called from a tap or a key: before that browsers keep silent. */
export function unlock(): void {
  context ??= new AudioContext();
  void context.resume();
}

function tone(at: AudioContext, hz: number, after: number): void {
  const start = at.currentTime + after;
  const source = at.createOscillator();
  const loud = at.createGain();
  source.type = "sine";
  source.frequency.value = hz;
  loud.gain.setValueAtTime(0, start);
  loud.gain.linearRampToValueAtTime(LOUD, start + 0.04);
  loud.gain.exponentialRampToValueAtTime(0.0001, start + TONE_S);
  source.connect(loud).connect(at.destination);
  source.start(start);
  source.stop(start + TONE_S);
}

type Moment = "minute" | "end";

export function play(moment: Moment): void {
  const at = context;
  if (!at) return;
  const tones = moment === "minute" ? MINUTE_HZ : END_HZ;
  tones.forEach((hz, i) => {
    tone(at, hz, i * APART_S);
  });
}

const MINUTE_S = 60;

/** The moment that lies between two readings of the countdown, if one does. A jump of the clock,
 * by a new step or a moderator, is no moment. */
export function momentOf(before: number | null, now: number | null): Moment | null {
  if (before === null || now === null || before - now < 1 || before - now > 3) return null;
  if (before > MINUTE_S && now <= MINUTE_S) return "minute";
  return before > 0 && now === 0 ? "end" : null;
}
