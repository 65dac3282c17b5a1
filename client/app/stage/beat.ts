/** Pages turn by themselves: nobody can leaf through a wall. */
import { useEffect, useState } from "preact/hooks";

/** A number that grows by one every `ms`. */
export function useBeat(ms: number): number {
  const [beat, setBeat] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setBeat((before) => before + 1), ms);
    return () => clearInterval(timer);
  }, [ms]);
  return beat;
}
