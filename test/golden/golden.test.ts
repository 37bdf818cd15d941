/**
 * Records as each released machine version wrote them: every one must load and step for ever (promise R5).
 *
 * `GOLDEN=record npx vitest run test/golden` writes the file of a version that has none yet. A file is never written
 * again: when a machine changes, it gets a new id, a migration, and a file of its own.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fleetMachine, fleetMigrations, integrationMachine, integrationMigrations } from '../../machines/index.ts';
import { notificationsMachine } from '../../machines/notifications.ts';
import type { Json } from '../../src/core/json.ts';
import { type InstanceRecord, recordSchema } from '../../src/core/record.ts';
import { structureOf } from '../../src/core/snapshot.ts';
import { type Stepped, step } from '../../src/core/step.ts';
import { recoverInstance } from '../../src/runtime/embedded/recovery.ts';
import { Registrations } from '../../src/runtime/registration.ts';
import { composition } from '../machines/composition.ts';
import { type ExploreOptions, explore, stimuli } from '../machines/explore.ts';
import { fleetExploration } from '../machines/fleet-exploration.ts';
import { notificationsExploration } from '../machines/notifications-exploration.ts';

const registrations = new Registrations([
  { machine: integrationMachine, migrations: integrationMigrations },
  { machine: fleetMachine, migrations: fleetMigrations },
  notificationsMachine,
]);
/** The newest version of each machine, and how it is explored. */
const released = [composition, fleetExploration, notificationsExploration];
const fileOf = (machine: string) => join(import.meta.dirname, `${machine}.json`);

/** A record for each state of the machine, the first that was found with it active; and some from all the others. */
function recordAll(exploration: ExploreOptions): readonly InstanceRecord[] {
  const chosen = new Map<string, InstanceRecord>();
  const found = [...explore(exploration).nodes.values()];
  for (const { instance, active } of found)
    for (const state of active) if (!chosen.has(state)) chosen.set(state, instance.record);
  const others = found
    .filter((_, at) => at % Math.ceil(found.length / 20) === 0)
    .map(({ instance }) => instance.record);
  return [...new Set([...chosen.values(), ...others])];
}

function recover(stored: Json) {
  return recoverInstance('explored', stored, { registrations, lastAliveAt: 0, at: 1_000_000 });
}

describe.each(released.map((one) => ({ exploration: one, id: one.machine.id })))('records of $id', (one) => {
  const { exploration, id } = one;
  const { machine } = exploration;
  if (!existsSync(fileOf(id)) && process.env['GOLDEN'] === 'record')
    writeFileSync(
      fileOf(id),
      `[\n${recordAll(exploration)
        .map((record) => JSON.stringify(record))
        .join(',\n')}\n]\n`,
    );
  const records = JSON.parse(readFileSync(fileOf(id), 'utf8')) as readonly Json[];

  test('are there, and were written by this very structure', () => {
    expect(records.length).toBeGreaterThan(10);
    for (const stored of records) {
      const record = recordSchema.parse(stored);
      expect([record.machine, record.structure], 'a machine that changes gets a new id and a migration').toEqual([
        id,
        structureOf(machine),
      ]);
    }
  });

  test('load unchanged, and take everything that can happen', () => {
    let steps = 0;
    for (const stored of records) {
      const recovered = recover(stored);
      if (recovered.kind !== 'alive') throw new Error(`set aside: ${recovered.setAside.why}`);
      expect(recovered.steps).toEqual([]);
      expect(recovered.instance.record).toEqual(stored);
      for (const stimulus of stimuli(recovered.instance, exploration)) {
        const stepped = step(machine, recovered.instance, stimulus) as Stepped;
        expect([stepped.kind, stepped.instance.record.snapshot.status]).toEqual(['stepped', 'active']);
        steps += 1;
      }
    }
    expect(steps).toBeGreaterThan(5 * records.length);
  });
});

const older = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace(/\.json$/, ''))
  .filter((id) => released.every(({ machine }) => machine.id !== id));

const nameOf = (id: string) => id.split('@')[0];

describe.each(older)('records of %s', (id) => {
  const records = JSON.parse(readFileSync(fileOf(id), 'utf8')) as readonly Json[];
  const newest = released.find(({ machine }) => nameOf(machine.id) === nameOf(id)) ?? composition;
  // The first version of the integration had no such region.
  const added = newest === composition ? { tasks: 'waiting' } : {};

  test('are taken to the newest machine, keep their place, and take everything that can happen', () => {
    expect(records.length).toBeGreaterThan(10);
    for (const stored of records) {
      const recovered = recover(stored);
      if (recovered.kind !== 'alive') throw new Error(`set aside: ${recovered.setAside.why}`);
      const migrated = recovered.steps.at(-1)?.instance;
      if (!migrated) throw new Error('it was not migrated');
      expect(migrated.record.machine).toBe(newest.machine.id);
      expect(migrated.record.snapshot.value).toEqual({
        ...added,
        ...(recordSchema.parse(stored).snapshot.value as object),
      });
      expect(Object.keys(migrated.record.executions)).toEqual(Object.keys(recordSchema.parse(stored).executions));
      expect(Object.keys(migrated.record.timers).length).toBe(Object.keys(recordSchema.parse(stored).timers).length);
      for (const stimulus of stimuli(migrated, newest)) {
        const stepped = step(newest.machine, migrated, stimulus) as Stepped;
        expect([stepped.kind, stepped.instance.record.snapshot.status]).toEqual(['stepped', 'active']);
      }
    }
  });
});
