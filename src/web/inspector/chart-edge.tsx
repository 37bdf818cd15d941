/** One transition: an arrow with rounded corners, and its label. */
import type { Statechart } from '../../http/statechart-api.ts';
import { roundedPath } from './rounded-path.ts';

type Edge = Statechart['edges'][number];

const lineHeight = 14;

export function ChartEdge({ edge, taken }: { readonly edge: Edge; readonly taken: boolean }) {
  const box = edge.labelBox;
  return (
    <g className="sw-edge" data-taken={taken || undefined} data-id={edge.id}>
      <title>{`${edge.source} → ${edge.target}: ${edge.label}`}</title>
      <path d={roundedPath(edge.points)} markerEnd={`url(#arrow-${taken ? 'taken' : 'plain'})`} />
      {box && edge.label !== '' && (
        <text x={box.x + box.width / 2} y={box.y + box.height / 2}>
          {edge.label.split('\n').map((line, index, lines) => (
            <tspan
              key={line}
              x={box.x + box.width / 2}
              dy={index === 0 ? -((lines.length - 1) * lineHeight) / 2 : lineHeight}
            >
              {line}
            </tspan>
          ))}
        </text>
      )}
    </g>
  );
}
