/**
 * A page inside the page: other style sheets, another width, nothing that can be touched. A frame
 * without an address is a document of our own, in which the same components draw.
 */
import { type ComponentChildren, render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { lang } from "../words";

export interface FrameProps {
  /** The size that the page inside believes to have, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Addresses of its style sheets. */
  readonly sheets: readonly string[];
  /** What the device wishes, if not said. */
  readonly theme?: "light" | "dark";
  readonly label: string;
  readonly children: ComponentChildren;
}

export function Framed({ width, height, sheets, theme, label, children }: FrameProps) {
  const box = useRef<HTMLDivElement>(null);
  const [inside, setInside] = useState<Document | null>(null);
  const scale = useScale(box, width, height);
  useEffect(() => {
    if (!inside) return;
    render(children, inside.body);
  });
  useEffect(() => () => void (inside && render(null, inside.body)), [inside]);
  const furnish = (frame: HTMLIFrameElement) => {
    const page = frame.contentDocument;
    if (!page || page === inside) return;
    page.documentElement.lang = lang.value;
    if (theme) page.documentElement.dataset.theme = theme;
    for (const sheet of sheets) page.head.append(styleLink(page, sheet));
    setInside(page);
  };
  return (
    <div class="framed" ref={box}>
      <iframe
        title={label}
        tabIndex={-1}
        aria-hidden="true"
        inert
        width={width}
        height={height}
        style={{ transform: `scale(${scale})` }}
        onLoad={(event) => furnish(event.currentTarget)}
      />
    </div>
  );
}

function styleLink(page: Document, address: string): HTMLLinkElement {
  const link = page.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  return link;
}

/** How much smaller the box is than the page in it. */
function useScale(box: { current: HTMLDivElement | null }, width: number, height: number): number {
  const [scale, setScale] = useState(0);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () =>
      setScale(Math.min(element.clientWidth / width, element.clientHeight / height));
    const watcher = new ResizeObserver(measure);
    watcher.observe(element);
    measure();
    return () => watcher.disconnect();
  }, [box, width, height]);
  return scale;
}
