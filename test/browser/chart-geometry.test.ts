/** The arithmetic of the inspector's chart, judged without a browser. */
import { describe, expect, test } from 'vitest';
import { integrationMachine } from '../../machines/integration.ts';
import { edgeName, statesOf, transitionsOf } from '../../src/core/edges.ts';
import { layoutStatechart } from '../../src/http/statechart.ts';
import { boxOfEdges } from '../../src/web/inspector/edge-box.ts';
import { edgeText } from '../../src/web/inspector/edge-text.ts';
import { regionsOf, withAncestors } from '../../src/web/inspector/regions.ts';
import { roundedPath } from '../../src/web/inspector/rounded-path.ts';
import { fitInto, fitWidth, panned, zoomed } from '../../src/web/inspector/viewport.ts';
import { recordedSteps } from './recorded-steps.ts';
import { recordedView, type Situation } from './recorded-views.ts';

const frame = { width: 800, height: 400 };
const drawing = { x: 0, y: 0, width: 2_000, height: 3_000 };

describe('the viewport', () => {
  test('keeps the place under the pointer when zooming', () => {
    const before = fitWidth(drawing, frame);
    const centre = { x: before.x + before.width * 0.25, y: before.y + before.height * 0.75 };
    const after = zoomed(before, frame, 2, centre);
    expect((centre.x - after.x) / after.width).toBeCloseTo(0.25);
    expect((centre.y - after.y) / after.height).toBeCloseTo(0.75);
  });

  test('shows the whole drawing when fitted into, its top when fitted by width', () => {
    const whole = fitInto(drawing, frame);
    expect(whole.y).toBeLessThanOrEqual(0);
    expect(whole.y + whole.height).toBeGreaterThanOrEqual(drawing.height);
    const wide = fitWidth(drawing, frame);
    expect(wide.width).toBeGreaterThanOrEqual(drawing.width);
    expect(wide.y).toBeLessThanOrEqual(0);
  });

  test('cannot be moved away from the drawing', () => {
    const far = panned(fitInto(drawing, frame), 1e9, -1e9, drawing);
    expect(far.x).toBeLessThan(drawing.width);
    expect(far.y + far.height).toBeGreaterThan(0);
  });

  test('never divides by an empty target', () => {
    const box = fitInto({ x: 5, y: 5, width: 0, height: 0 }, frame);
    expect(Number.isFinite(box.width)).toBe(true);
  });
});

describe('routes', () => {
  test('are rounded at corners and exact at their ends', () => {
    const path = roundedPath([
      { x: 0, y: 0 },
      { x: 40, y: 0 },
      { x: 40, y: 30 },
    ]);
    expect(path).toBe('M0 0L34 0Q40 0 40 6L40 30');
  });

  test('of no length are empty', () => {
    expect(roundedPath([])).toBe('');
  });

  test('read as words', () => {
    expect(edgeText('integration@3.connection.probing.asking|xstate.done.actor.probe|0')).toBe(
      'connection.probing.asking on probe done',
    );
    expect(edgeText('integration@3.escalation.choosing||1')).toBe('escalation.choosing, at once');
  });
});

describe('the recorded states', () => {
  const situations: readonly Situation[] = [
    'healthy',
    'busy',
    'interrupted',
    'quarantined',
    'asking',
    'instructing',
    'storm',
    'dryRun',
  ];
  const stateIds = new Set(statesOf(integrationMachine).map(({ id }) => id));
  const edgeIds = new Set(
    statesOf(integrationMachine).flatMap((node) =>
      transitionsOf(node).map((edge) => edgeName(integrationMachine, edge)),
    ),
  );

  test.each(situations)('%s names only states and transitions of the machine', (situation) => {
    const steps = recordedSteps(situation, 0);
    const active = [recordedView(situation, 0), ...steps].flatMap((moment) => moment.active);
    expect(active.filter((id) => !stateIds.has(id))).toEqual([]);
    expect(steps.flatMap(({ transitions }) => transitions).filter((id) => !edgeIds.has(id))).toEqual([]);
  });
});

describe('the drawn machine', () => {
  const drawn = layoutStatechart(integrationMachine);

  test('names its regions with what is active in each', async () => {
    const chart = await drawn;
    const regions = regionsOf(chart, withAncestors(chart, ['integration@3.connection.status.warning']));
    expect(regions.map(({ name }) => name)).toEqual([
      'connection',
      'synchronization',
      'escalation',
      'tasks',
      'directives',
    ]);
    expect(regions[0]?.active).toEqual([{ within: 'status', name: 'warning' }]);
    expect(regions[1]?.active).toEqual([]);
  });

  test('shows the taken transitions with both their ends', async () => {
    const chart = await drawn;
    const edge = chart.edges.find(({ id }) => id.includes('diagnosing|xstate.done'));
    const box = boxOfEdges(chart, new Set([edge?.id ?? '']));
    for (const { x, y } of edge?.points ?? []) {
      expect(x).toBeGreaterThanOrEqual(box?.x ?? Number.NaN);
      expect(y).toBeLessThanOrEqual((box?.y ?? Number.NaN) + (box?.height ?? 0));
    }
    expect(boxOfEdges(chart, new Set(['unknown']))).toBeNull();
  });
});
