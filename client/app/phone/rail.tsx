/** A line of time: now, and the stretch in which somebody is needed. */
import { atTime, t } from "../words";
import { aside } from "../words/aside";

/** Times closer than this share of the line would be written over each other. */
const NEAREST = 0.22;

interface RailProps {
  readonly from: number;
  readonly to: number;
  readonly begin: number;
  readonly until: number;
}

/** The same is said in words beside it. */
export function Rail({ from, to, begin, until }: RailProps) {
  if (to <= from || begin <= from) return null;
  const place = (ms: number) => Math.min(1, Math.max(0, (ms - from) / (to - from)));
  const [start, end] = [place(begin), place(until)];
  return (
    <div aria-hidden="true">
      <div class="rail">
        <b />
        <u style={{ left: `${start * 100}%`, right: `${(1 - end) * 100}%` }} />
        <i style={at(start)} />
        <i style={at(end)} />
      </div>
      <div class="rail-t num">
        <span>{t(aside.now)}</span>
        {start >= NEAREST && <Mark share={start} ms={begin} />}
        {end - start >= NEAREST && <Mark share={end} ms={until} />}
      </div>
    </div>
  );
}

const at = (share: number) => ({ left: `${share * 100}%` });

function Mark({ share, ms }: { share: number; ms: number }) {
  return (
    <span class={share > 1 - NEAREST / 2 ? "is-last" : ""} style={at(share)}>
      {atTime(ms)}
    </span>
  );
}
