/** The drawing of the real machines: complete, named like the steps, and without overlaps. */
import { describe, expect, test } from 'vitest';
import { fromPromise, setup } from 'xstate';
import {
  connectionMachine,
  escalationMachine,
  integrationMachine,
  synchronizationMachine,
} from '../../machines/index.ts';
import { edgeName, statesOf, transitionsOf } from '../../src/core/edges.ts';
import { layoutStatechart } from '../../src/http/statechart.ts';
import { type Statechart, statechartSchema } from '../../src/http/statechart-api.ts';

type Box = Pick<Statechart['nodes'][number], 'x' | 'y' | 'width' | 'height'>;

/** Elk computes with fractions. */
const tolerance = 0.01;
const contains = (outer: Box, inner: Box) =>
  inner.x >= outer.x - tolerance &&
  inner.y >= outer.y - tolerance &&
  inner.x + inner.width <= outer.x + outer.width + tolerance &&
  inner.y + inner.height <= outer.y + outer.height + tolerance;
const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width - tolerance &&
  b.x < a.x + a.width - tolerance &&
  a.y < b.y + b.height - tolerance &&
  b.y < a.y + a.height - tolerance;

const machines = [integrationMachine, connectionMachine, synchronizationMachine, escalationMachine];

describe.each(machines.map((machine) => [machine.id, machine] as const))('the statechart of %s', (_, machine) => {
  test('has every state inside the box of its parent', async () => {
    const chart = await layoutStatechart(machine);

    const nodes = new Map(chart.nodes.map((node) => [node.id, node]));
    expect(statesOf(machine).filter(({ id }) => !nodes.has(id))).toEqual([]);
    const whole = { x: 0, y: 0, width: chart.width, height: chart.height };
    for (const node of chart.nodes) {
      const parent = node.parent === null ? whole : nodes.get(node.parent);
      expect(parent && contains(parent, node), `${node.id} in ${node.parent}`).toBe(true);
    }
  });

  test('has every transition with a target as a drawn edge, under the name that steps tell', async () => {
    const chart = await layoutStatechart(machine);

    const edges = new Map(chart.edges.map((edge) => [edge.id, edge]));
    const expected = statesOf(machine).flatMap((node) =>
      transitionsOf(node)
        .filter(({ target }) => target !== undefined)
        .map((transition) => ({
          id: edgeName(machine, transition),
          source: node.id,
          target: transition.target?.[0]?.id,
        })),
    );
    expect(expected.length).toBeGreaterThan(5);
    for (const { id, source, target } of expected) {
      expect(edges.get(id), id).toMatchObject({ source, target });
      expect(edges.get(id)?.points.length, id).toBeGreaterThanOrEqual(2);
      expect(edges.get(id)?.labelBox, id).not.toBeNull();
    }
    expect(edges.size).toBe(chart.edges.length);
  });

  test('lets no two siblings overlap, and no label lie on a state without children', async () => {
    const { nodes, edges } = await layoutStatechart(machine);

    for (const [index, a] of nodes.entries())
      for (const b of nodes.slice(index + 1))
        if (a.parent === b.parent) expect(overlap(a, b), `${a.id} and ${b.id}`).toBe(false);
    const leaves = nodes.filter(({ id }) => nodes.every(({ parent }) => parent !== id));
    for (const { id, labelBox } of edges)
      for (const leaf of leaves) if (labelBox) expect(overlap(leaf, labelBox), `${id} on ${leaf.id}`).toBe(false);
  });

  test('begins and ends each edge at the border of its states', async () => {
    const { nodes, edges } = await layoutStatechart(machine);

    const boxes = new Map(nodes.map((node) => [node.id, node]));
    const touches = (id: string, point: { x: number; y: number } | undefined) => {
      const { x, y, width, height } = boxes.get(id) as Box; // every edge joins two nodes, see above
      const inflated = { x: x - 1, y: y - 1, width: width + 2, height: height + 2 };
      return point !== undefined && contains(inflated, { ...point, width: 0, height: 0 });
    };
    for (const { id, source, target, points } of edges) {
      expect(touches(source, points[0]), `${id} at its source`).toBe(true);
      expect(touches(target, points.at(-1)), `${id} at its target`).toBe(true);
    }
  });
});

describe('the statechart of the integration', () => {
  test('keeps its regions in order and is not absurdly wide', async () => {
    const chart = await layoutStatechart(integrationMachine);

    const regions = chart.nodes.filter(({ parent }) => parent === integrationMachine.id).map(({ label }) => label);
    expect(regions).toEqual(['connection', 'synchronization', 'escalation', 'tasks', 'directives']);
    expect(chart.width / chart.height).toBeGreaterThan(0.5);
    expect(chart.width / chart.height).toBeLessThan(2.5);
    expect(chart.width).toBeLessThan(3_500);
  });

  test('labels events, delays, outcomes and guards in words', async () => {
    const { edges } = await layoutStatechart(integrationMachine);

    const labels = new Map(edges.map(({ id, label }) => [id.replace('integration@3.', ''), label]));
    expect(
      labels.get('connection.probing.waiting|xstate.after.probeDue.integration@3.connection.probing.waiting|0'),
    ).toBe('after probeDue');
    expect(labels.get('connection.probing.asking|xstate.done.actor.probe|0')).toBe('done: probe');
    expect(labels.get('connection.probing.asking|xstate.error.actor.probe|0')).toBe('error: probe');
    expect(labels.get('connection.status.lost||0')).toBe('always');
    expect(labels.get('connection.status.disconnected|probe.judged|1')).toBe('probe.judged\n[isGood]');
    expect(labels.get('synchronization.run.running.phase|run.advanced|4')).toBe('run.advanced\n[isPhase proving]');
  });

  test('is laid out once, and passes its own schema', async () => {
    const first = layoutStatechart(integrationMachine);
    const second = layoutStatechart(integrationMachine);

    expect(second).toBe(first);
    expect(statechartSchema.parse(await first)).toEqual(await first);
  });
});

describe('other shapes of machines', () => {
  test('with transitions between regions are laid out as a whole', async () => {
    const machine = setup({ actors: { work: fromPromise(() => Promise.resolve()) } }).createMachine({
      id: 'crossing@1',
      type: 'parallel',
      states: {
        a: { initial: 'one', states: { one: { on: { jump: '#crossing@1.b.two' } }, two: { type: 'final' } } },
        b: { initial: 'one', states: { one: {}, two: { invoke: { id: 'work', src: 'work' } } } },
      },
    });

    const chart = await layoutStatechart(machine);

    const crossing = chart.edges.find(({ label }) => label === 'jump');
    expect(crossing).toMatchObject({ source: 'crossing@1.a.one', target: 'crossing@1.b.two' });
    expect(crossing?.points.length).toBeGreaterThanOrEqual(2);
    expect(chart.nodes.find(({ id }) => id === 'crossing@1.a.two')?.kind).toBe('final');
    expect(chart.nodes.find(({ id }) => id === 'crossing@1.b.two')?.invokes).toEqual(['work']);
  });

  test('leave out transitions that only act, and draw those back to themselves', async () => {
    const machine = setup({ actions: { note: () => {} } }).createMachine({
      id: 'looping@1',
      initial: 'only',
      states: { only: { on: { noted: { actions: ['note'] }, again: { target: 'only', reenter: true } } } },
    });

    const { edges } = await layoutStatechart(machine);

    expect(edges.map(({ label }) => label)).toEqual(['', 'again']);
    expect(edges[1]?.points.length).toBeGreaterThanOrEqual(2);
  });
});
