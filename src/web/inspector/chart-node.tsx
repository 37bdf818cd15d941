/** One state: a rounded box with its name; compound and parallel states carry a header over what they contain. */
import type { Statechart } from '../../http/statechart-api.ts';

type Node = Statechart['nodes'][number];

interface ChartNodeProps {
  readonly node: Node;
  readonly active: boolean;
  readonly depth: number;
}

const radius = 7;
/** Top of a header's text below the top of its box. */
const headerTop = 6;

export function ChartNode({ node, active, depth }: ChartNodeProps) {
  if (node.kind === 'initial') {
    const size = Math.min(node.width, node.height) / 2;
    return <circle className="sw-initial" cx={node.x + node.width / 2} cy={node.y + node.height / 2} r={size} />;
  }
  const contains = node.kind === 'compound' || node.kind === 'parallel';
  return (
    <g
      className="sw-state"
      data-kind={node.kind}
      data-depth={Math.min(depth, 3)}
      data-state={active ? 'active' : 'inactive'}
      data-id={node.id}
    >
      <title>{titleOf(node)}</title>
      <rect x={node.x} y={node.y} width={node.width} height={node.height} rx={radius} />
      {node.kind === 'final' && (
        <rect x={node.x + 3} y={node.y + 3} width={node.width - 6} height={node.height - 6} rx={radius - 2} />
      )}
      {contains ? <Header node={node} /> : <Label node={node} />}
    </g>
  );
}

function Header({ node }: { readonly node: Node }) {
  return (
    <text className="sw-state-header" x={node.x + 11} y={node.y + headerTop}>
      {node.label}
      {node.kind === 'parallel' && (
        <tspan className="sw-state-note" dx="8">
          side by side
        </tspan>
      )}
      {node.invokes.length > 0 && (
        <tspan className="sw-state-note" dx="8">
          runs {node.invokes.join(', ')}
        </tspan>
      )}
    </text>
  );
}

function Label({ node }: { readonly node: Node }) {
  const x = node.x + node.width / 2;
  const middle = node.y + node.height / 2;
  const noted = node.invokes.length > 0 && node.height >= 34;
  return (
    <>
      <text className="sw-state-label" x={x} y={noted ? middle - 6 : middle}>
        {node.label}
      </text>
      {noted && (
        <text className="sw-state-label sw-state-note" x={x} y={middle + 9}>
          runs {node.invokes.join(', ')}
        </text>
      )}
    </>
  );
}

function titleOf({ id, kind, invokes }: Node): string {
  return `${id} (${kind})${invokes.length > 0 ? `, runs ${invokes.join(', ')}` : ''}`;
}
