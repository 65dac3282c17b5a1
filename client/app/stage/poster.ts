/**
 * The stage is a poster of 1080 lines that is scaled as a whole, so that a projector, a wall and a
 * thumbnail show the same picture. All sizes below are those of a screen of 1920 by 1080.
 */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** What a picture needs at least; a screen of other sides gives it more of one of them. */
const WIDE = { width: 1728, height: 1080 };
const TALL = { width: 1080, height: 1700 };
/** A screen is tall below this ratio of its sides. */
const RATIO = 0.8;

export interface Box {
  readonly width: number;
  readonly height: number;
}

export interface Poster extends Box {
  readonly scale: number;
  /** Higher than wide: what stood side by side stands below each other. */
  readonly tall: boolean;
}

/** The poster for a place of this size on the screen. */
export function posterOf(place: Box): Poster {
  const tall = place.width < place.height * RATIO;
  const least = tall ? TALL : WIDE;
  const scale = Math.min(place.width / least.width, place.height / least.height);
  return { width: place.width / scale, height: place.height / scale, scale, tall };
}

/** The inner size of an element, unscaled, and again whenever it changes; null before it is there. */
export function useBox<E extends HTMLElement>(): readonly [RefObject<E | null>, Box | null] {
  const element = useRef<E>(null);
  const [box, setBox] = useState<Box | null>(null);
  useLayoutEffect(() => {
    const there = element.current;
    if (!there) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = there;
      if (width && height) setBox((was) => (isSame(was, width, height) ? was : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(there);
    return () => observer.disconnect();
  }, []);
  return [element, box];
}

function isSame(box: Box | null, width: number, height: number): boolean {
  return box?.width === width && box.height === height;
}
