/** The chart with its regions in words above it; a region is a button that shows it large. */
import { useEffect, useMemo } from 'react';
import type { Statechart } from '../../http/statechart-api.ts';
import { Chart } from './chart.tsx';
import { boxOfEdges } from './edge-box.ts';
import { regionsOf, withAncestors } from './regions.ts';
import { useViewport } from './use-viewport.ts';
import type { Box } from './viewport.ts';

interface LiveChartProps {
  readonly chart: Statechart;
  readonly active: readonly string[];
  readonly taken: ReadonlySet<string>;
  /** The step of the past that is shown: choosing one brings its transitions into view. */
  readonly step: number | null;
}

export function LiveChart({ chart, active, taken, step }: LiveChartProps) {
  // Views come several times a second; the drawing changes only with the states.
  const key = active.join('\n');
  const lit = useMemo(() => withAncestors(chart, key.split('\n')), [chart, key]);
  const regions = useMemo(() => regionsOf(chart, lit), [chart, lit]);
  // Changes only with the chart: a new one would throw away where the reader has moved to.
  const firstRegion = useMemo<Box>(() => regionsOf(chart, new Set())[0]?.box ?? { x: 0, y: 0, ...chart }, [chart]);
  const viewport = useViewport(chart, firstRegion);
  const { show, measured } = viewport;
  const takenBox = useMemo(() => boxOfEdges(chart, taken), [chart, taken]);
  useEffect(() => {
    if (step !== null && measured && takenBox !== null) show(takenBox);
  }, [step, measured, takenBox, show]);
  return (
    <>
      <ul className="sw-regions" aria-label="Regions of the machine">
        {regions.map((region) => (
          <li key={region.id}>
            <button type="button" onClick={() => viewport.show(region.box)} title={`Show ${region.name} large`}>
              <span className="sw-muted">{region.name}</span>
              <span className="sw-region-states">
                {region.active.map(({ within, name }) => (
                  <span key={`${within} ${name}`}>
                    {within !== null && `${within} `}
                    <strong>{name}</strong>
                  </span>
                ))}
                {region.active.length === 0 && 'not active'}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <Chart chart={chart} active={lit} taken={taken} viewport={viewport} />
    </>
  );
}
