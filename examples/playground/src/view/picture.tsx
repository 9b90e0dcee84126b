import { useEffect, useRef, useState } from "preact/hooks";
import type { VegaLiteSpec } from "rateplan/chart";

/** Draws a chart. Vega is big, and loaded once there is something to draw; what is drawn stays until the next is ready. */
export function Picture({ spec, label }: { readonly spec: VegaLiteSpec; readonly label: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    let isCurrent = true;
    let finish = () => {};
    const draw = async () => {
      const { default: embed } = await import("vega-embed");
      if (!isCurrent) return;
      const canvas = document.createElement("div");
      // Vega writes into what it is given.
      const copy = JSON.parse(JSON.stringify(spec));
      const { finalize } = await embed(canvas, copy, { actions: false, renderer: "svg" });
      if (!isCurrent) {
        finalize();
        return;
      }
      finish = finalize;
      frame.current?.replaceChildren(canvas);
      setProblem("");
    };
    draw().catch((error: unknown) => setProblem(String(error)));
    return () => {
      isCurrent = false;
      finish();
    };
  }, [spec]);
  return (
    <>
      <div ref={frame} class="picture" role="img" aria-label={label} />
      {problem !== "" && <p class="messages error">{problem}</p>}
    </>
  );
}

/** How wide an element is, in pixels. */
export function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      // In steps, so that a scroll bar does not draw everything anew.
      if (entry !== undefined) setWidth(Math.round(entry.contentRect.width / 20) * 20);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width] as const;
}
