/** The two simulated systems: the records of the source, the entities of the target, and who is who in them. */
import { RecordedMap } from '../../connectors/memory/recorded-map.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Random } from '../random.ts';
import type { Person } from './mapping.ts';
import { WatchedEntities } from './watched-entities.ts';
import { Yielded } from './yielded.ts';

/** How many changes of a kind its feed remembers: after a longer outage a run must walk. */
const changesMax = 3_000;

/** Most leavers that may come back. */
const leaversMax = 200;

export interface WorldOptions {
  /** Decides who belongs where in the beginning. */
  readonly random: Random;
  readonly people: number;
  readonly groups: number;
}

export class World {
  readonly records = {
    group: new RecordedMap([], { changesMax, life: 'group' }),
    person: new RecordedMap([], { changesMax, life: 'person' }),
  };
  readonly entities = { group: new WatchedEntities(), person: new WatchedEntities(), card: new WatchedEntities() };
  readonly yielded = new Yielded();
  /** People who have left and may come back, with what they were. */
  readonly leavers: (readonly [key: string, person: Person])[] = [];
  /** Changes of the source so far. */
  changes = 0;
  #ids = 0;
  #names = 0;

  constructor({ random, people, groups }: WorldOptions) {
    for (let at = 0; at < groups; at += 1) this.putGroup(this.newName('g'), 'Group');
    for (let at = 0; at < people; at += 1) {
      const home = random.pick(this.groupKeys()) ?? '';
      this.putPerson(this.newName('p'), { name: 'Found', disabled: false, home, groups: [], card: this.newName('c') });
    }
    this.changes = 0;
  }

  /** A key that was never used. Sorts as it was given. */
  newName(prefix: string): string {
    this.#names += 1;
    return `${prefix}${String(this.#names).padStart(9, '0')}`;
  }

  /** An id as the target chooses them. */
  newId(): string {
    this.#ids += 1;
    return `id-${this.#ids}`;
  }

  groupKeys(): readonly string[] {
    return [...this.records.group.keys()];
  }

  person(key: string): Person | undefined {
    return this.records.person.get(key) as Person | undefined; // written by putPerson alone
  }

  putGroup(key: string, name: string): void {
    this.#put('group', key, { name });
  }

  putPerson(key: string, person: Person): void {
    this.#put('person', key, { ...person, groups: [...person.groups] });
  }

  drop(kind: 'group' | 'person', key: string): void {
    const before = this.records[kind].get(key);
    const person = kind === 'person' ? this.person(key) : undefined;
    if (person && this.leavers.push([key, person]) > leaversMax) this.leavers.shift();
    this.changes += 1;
    this.records[kind].delete(key);
    this.yielded.changed(kind, key, before, undefined);
  }

  #put(kind: 'group' | 'person', key: string, value: JsonObject): void {
    const before = this.records[kind].get(key);
    this.changes += 1;
    this.records[kind].set(key, value);
    this.yielded.changed(kind, key, before, value);
  }
}
