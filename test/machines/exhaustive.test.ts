import { describe, expect, test } from 'vitest';
import type { FleetContext } from '../../machines/fleet/memory.ts';
import { connectionMachine, escalationMachine, synchronizationMachine, tasksMachine } from '../../machines/index.ts';
import type { Json } from '../../src/core/json.ts';
import { composition } from './composition.ts';
import { explore, trapsOf } from './explore.ts';
import { fleetExploration } from './fleet-exploration.ts';
import { notificationsExploration } from './notifications-exploration.ts';
import { answers, fullLadder, input, otherVerdicts, outside, projectMemory, projectTasks } from './vocabulary.ts';

const project = projectMemory;
const has = (active: ReadonlySet<string>, ...ends: string[]) =>
  ends.every((end) => [...active].some((id) => id.endsWith(end)));

const everyRungHelps = () => [
  { output: { signature: 'unknown', message: '?', rungs: ['synchronize', 'restart', 'ask'], evidence: {} } },
  { output: { signature: 'incompatible', message: '!', rungs: [], evidence: {} } },
];

describe('every state is reachable and none is a trap', () => {
  test('connection: from everywhere back to connected', () => {
    const explored = explore({
      machine: connectionMachine,
      input,
      events: outside.plugin,
      answers,
      project,
      configurationsMax: 5_000,
    });

    expect(explored.unvisited).toEqual(['connection@1.status.lost']); // passed through within a step
    expect(trapsOf(explored, (active) => has(active, 'status.connected'))).toEqual([]);
  });

  test('synchronization: from everywhere back to succeeded', () => {
    const explored = explore({
      machine: synchronizationMachine,
      input,
      events: (at) => [
        ...outside.synchronization(at),
        ...outside.holds(at),
        ...outside.verification(at),
        { type: 'connection.established', at },
      ],
      answers,
      project,
      configurationsMax: 50_000,
    });

    expect(explored.unvisited).toEqual([]);
    expect(trapsOf(explored, (active) => has(active, 'run.succeeded'))).toEqual([]);
  });

  test('tasks: from everywhere back to waiting, with nothing left', () => {
    const explored = explore({
      machine: tasksMachine,
      input,
      events: (at) => [...outside.tasks(at), ...outside.holds(at)],
      answers,
      project: projectTasks,
      configurationsMax: 5_000,
    });

    expect(explored.unvisited).toEqual([]);
    expect(trapsOf(explored, (active) => has(active, 'tasks@1.waiting'))).toEqual([]);
  });

  test('escalation: from everywhere back to watching, and to quarantine where nothing helps', () => {
    const reason = { code: 'counts-differ', message: 'The counts differ.' };
    const explored = explore({
      machine: escalationMachine,
      input: { id: 'pair', policy: fullLadder as unknown as Json },
      events: (at) => [
        { type: 'synchronization.succeeded', at },
        { type: 'synchronization.incomplete', at, reason } as { type: string; at: number },
        ...outside.operator(at),
        ...outside.people(at),
        ...outside.holds(at),
      ],
      answers: { ...answers, diagnose: everyRungHelps, ...otherVerdicts },
      project,
      configurationsMax: 50_000,
    });

    expect(explored.unvisited).toEqual(['escalation@2.choosing']); // decided within a step
    expect(trapsOf(explored, (active) => has(active, '.watching'))).toEqual([]);
    expect(trapsOf(explored, (active) => has(active, '.watching') || has(active, '.quarantined'))).toEqual([]);
  });

  test('the composition: from everywhere back to connected, succeeded and watching', () => {
    const explored = explore(composition);

    expect(explored.unvisited).toEqual([
      'integration@3.connection.status.lost', // both passed through within a step
      'integration@3.escalation.choosing',
      'integration@3.escalation.asking', // explored with the ladder alone
      'integration@3.escalation.instructing',
      'integration@3.escalation.rehearsing',
      'integration@3.tasks.working', // explored alone: it touches the others by what it raises
    ]);
    expect(trapsOf(explored, (active) => has(active, 'status.connected', 'run.succeeded', '.watching'))).toEqual([]);
    expect(trapsOf(explored, (active) => has(active, '.quarantined'))).toEqual([]);
  }, 120_000);

  test('the fleet: from everywhere back to calm, with every component free and nothing in two hands', () => {
    const explored = explore(fleetExploration);

    expect(explored.unvisited).toEqual([]);
    expect(trapsOf(explored, (active) => has(active, 'storm.calm', 'claims.serving'))).toEqual([]);
    for (const { instance } of explored.nodes.values()) {
      const held = Object.keys((instance.record.snapshot.context as unknown as FleetContext).holders);
      expect(held.includes('server:s1') && held.includes('plugin:b'), held.join(' and ')).toBe(false);
    }
  }, 60_000);

  test('the notifications: from everywhere to nothing on its way and no timer', () => {
    const explored = explore(notificationsExploration);

    // Two channels never keep more than two lanes busy.
    expect(explored.unvisited).toEqual([3, 4, 5, 6, 7, 8].map((lane) => `notifications@1.lane-${lane}.delivering`));
    const isAtRest = (active: ReadonlySet<string>) =>
      has(active, 'clock.asleep') && ![...active].some((id) => id.endsWith('.delivering'));
    expect(trapsOf(explored, isAtRest)).toEqual([]);
  }, 60_000);

  test('no two regions give one name two meanings', () => {
    const regions = [connectionMachine, synchronizationMachine, escalationMachine, tasksMachine];
    const shared = new Set(['decide', 'page', 'tellCondition', 'release']); // of the foundation, the same for all
    for (const kind of ['actions', 'guards', 'delays'] as const) {
      const names = regions.flatMap((region) => Object.keys(region.implementations[kind]));
      const twice = names.filter((name, index) => !shared.has(name) && names.indexOf(name) !== index);

      expect(twice).toEqual([]);
    }
  });
});
