import { describe, expect, test } from 'vitest';
import {
  connectionMachine,
  escalationMachine,
  integrationMachine,
  synchronizationMachine,
} from '../../machines/index.ts';
import type { Json } from '../../src/core/json.ts';
import { explore, trapsOf } from './explore.ts';
import { answers, input, outside, projectMemory } from './vocabulary.ts';

const project = projectMemory;
const has = (active: ReadonlySet<string>, ...ends: string[]) =>
  ends.every((end) => [...active].some((id) => id.endsWith(end)));

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
      events: (at) => [...outside.synchronization(at), ...outside.holds(at), { type: 'connection.established', at }],
      answers,
      project,
      configurationsMax: 50_000,
    });

    expect(explored.unvisited).toEqual([]);
    expect(trapsOf(explored, (active) => has(active, 'run.succeeded'))).toEqual([]);
  });

  test('escalation: from everywhere back to watching, and to quarantine where nothing helps', () => {
    const reason = { code: 'counts-differ', message: 'The counts differ.' };
    const explored = explore({
      machine: escalationMachine,
      input,
      events: (at) => [
        { type: 'synchronization.succeeded', at },
        { type: 'synchronization.incomplete', at, reason } as { type: string; at: number },
        ...outside.operator(at),
      ],
      answers,
      project,
      configurationsMax: 50_000,
    });

    expect(explored.unvisited).toEqual(['escalation@1.choosing']); // decided within a step
    expect(trapsOf(explored, (active) => has(active, '.watching'))).toEqual([]);
    expect(trapsOf(explored, (active) => has(active, '.watching') || has(active, '.quarantined'))).toEqual([]);
  });

  test('the composition: from everywhere back to connected, succeeded and watching', () => {
    const explored = explore({
      machine: integrationMachine,
      input,
      events: (at) => [
        { type: 'synchronization.requested', at, mode: 'full', requestedBy: 'operator' } as {
          type: string;
          at: number;
        },
        { type: 'hold.placed', at, name: 'works', reason: 'Maintenance.' } as { type: string; at: number },
        ...outside.holds(at).slice(1),
        ...outside.plugin(at),
      ],
      answers,
      project: (context: Json) => {
        const all = project(context) as { [key: string]: Json };
        return {
          rung: all['rung'] ?? null,
          diagnosis: all['diagnosis'] ?? null,
          why: all['why'] ?? null,
          holds: all['holds'] ?? null,
          run: all['run'] === null,
        };
      },
      configurationsMax: 400_000,
    });
    console.log(explored.nodes.size, explored.unvisited);

    expect(trapsOf(explored, (a) => has(a, 'status.connected', 'run.succeeded', 'escalation.watching'))).toEqual([]);
  });
});
