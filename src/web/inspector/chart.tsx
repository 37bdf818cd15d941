/** The statechart as a drawing: what is active is lit, what was just taken is marked. Pan and zoom by hand or keys. */
import { Button } from '@mantine/core';
import { type CSSProperties, memo, useId } from 'react';
import type { Statechart } from '../../http/statechart-api.ts';
import { ChartEdge } from './chart-edge.tsx';
import { ChartNode } from './chart-node.tsx';
import type { Viewport } from './use-viewport.ts';

interface ChartProps {
  readonly chart: Statechart;
  readonly active: ReadonlySet<string>;
  readonly taken: ReadonlySet<string>;
  readonly viewport: Viewport;
}

export function Chart({ chart, active, taken, viewport }: ChartProps) {
  const helpId = useId();
  const { box } = viewport;
  return (
    <div className="sw-chart">
      <section
        ref={viewport.frameRef}
        className="sw-chart-frame"
        aria-roledescription="statechart"
        aria-label={`Statechart of ${chart.machine}`}
        aria-describedby={helpId}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the drawing is moved by keys, so it must take the focus
        tabIndex={0}
        {...viewport.handlers}
      >
        <svg
          viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`}
          style={unitStyle(viewport.unitsPerPixel)}
          data-far={viewport.unitsPerPixel > farUnits || undefined}
          aria-hidden="true"
        >
          <Arrowheads />
          <Drawing chart={chart} active={active} taken={taken} />
        </svg>
      </section>
      <div className="sw-chart-tools">
        <Button size="xs" variant="default" onClick={viewport.zoomIn} aria-label="Zoom in">
          +
        </Button>
        <Button size="xs" variant="default" onClick={viewport.zoomOut} aria-label="Zoom out">
          −
        </Button>
        <Button size="xs" variant="default" onClick={viewport.fitToWidth}>
          Fit width
        </Button>
        <Button size="xs" variant="default" onClick={viewport.fitWhole}>
          Fit all
        </Button>
      </div>
      <p id={helpId} className="sw-chart-help sw-muted">
        Drag to move, wheel to zoom; with the chart in focus: arrows, + and −, 0 to fit.
      </p>
    </div>
  );
}

/** From here on outwards the labels of transitions are too small to be read, and only grey. */
const farUnits = 2;

/** The style sheet keeps what matters most legible at every zoom by this measure. */
function unitStyle(unitsPerPixel: number): CSSProperties {
  // React's type does not know custom properties; the DOM takes them in the same way.
  return { '--unit': unitsPerPixel.toFixed(3) } as CSSProperties;
}

function Arrowheads() {
  return (
    <defs>
      {['plain', 'taken'].map((kind) => (
        <marker
          key={kind}
          id={`arrow-${kind}`}
          className={`sw-arrow-${kind}`}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="8"
          markerHeight="8"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path d="M0 0.5 8 4 0 7.5z" />
        </marker>
      ))}
    </defs>
  );
}

/** Drawn anew only when something changed, not with every move of the viewport. */
const Drawing = memo(({ chart, active, taken }: Omit<ChartProps, 'viewport'>) => {
  const depth = depthOf(chart);
  const nodes = [...chart.nodes].sort((a, b) => (depth.get(a.id) ?? 0) - (depth.get(b.id) ?? 0));
  // What was taken is drawn last, over the others.
  const edges = [...chart.edges].sort((a, b) => Number(taken.has(a.id)) - Number(taken.has(b.id)));
  return (
    <>
      {nodes.map((node) => (
        <ChartNode key={node.id} node={node} active={active.has(node.id)} depth={depth.get(node.id) ?? 0} />
      ))}
      {edges.map((edge) => (
        <ChartEdge key={edge.id} edge={edge} taken={taken.has(edge.id)} />
      ))}
    </>
  );
});

/** How deep each state is nested: parents are drawn before their children. */
function depthOf({ nodes }: Statechart): ReadonlyMap<string, number> {
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent]));
  const depths = new Map<string, number>();
  for (const { id } of nodes) {
    let depth = 0;
    for (let up = parents.get(id); up && depth < nodes.length; up = parents.get(up)) depth++;
    depths.set(id, depth);
  }
  return depths;
}
