/** What people do at the source, around the clock: arrivals, leavers, renames, cards that change hands, groups. */

import type { Random } from '../random.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Person } from './mapping.ts';
import type { World } from './world.ts';

/** Between two times that somebody puts right what others have left behind. */
const tidyMsMean = 40 * 60_000;

export interface ChangesOptions {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly random: Random;
  /** How many people there are in the long run. */
  readonly people: number;
  readonly groups: number;
  /** Mean pause between two changes. @default 3 s: about 28,000 a day */
  readonly pauseMsMean?: number;
}

/** Lets changes happen from now on; the answer stops them. */
export function startChanges(options: ChangesOptions): () => void {
  const { clock, random, pauseMsMean = 3_000 } = options;
  let cancel = () => {};
  let cancelTidying = () => {};
  const again = () => {
    cancel = clock.schedule(1 + random.below(2 * pauseMsMean), () => {
      again();
      change(options);
    });
  };
  const tidy = () => {
    cancelTidying = clock.schedule(1 + random.below(2 * tidyMsMean), () => {
      tidy();
      settle(options.world, random);
    });
  };
  again();
  tidy();
  return () => {
    cancel();
    cancelTidying();
  };
}

function change(options: ChangesOptions): void {
  const draw = options.random.below(100);
  if (draw < 3) changeGroups(options);
  else if (draw < 14) comeOrGo(options);
  else changePerson(options, draw);
}

function comeOrGo({ world, random, people }: ChangesOptions): void {
  const isComing = world.records.person.size < people ? random.chance(0.7) : random.chance(0.3);
  const key = random.pick([...world.records.person.keys()]);
  if (!isComing) {
    if (key !== undefined && world.records.person.size > people / 2) world.drop('person', key);
    return;
  }
  const back = random.chance(0.2) ? world.leavers.pop() : undefined;
  const home = random.pick(world.groupKeys()) ?? '';
  if (back) world.putPerson(back[0], { ...back[1], home, card: isFree(world, back[1].card) ? back[1].card : null });
  else {
    const card = random.chance(0.95) ? world.newName('c') : null;
    world.putPerson(world.newName('p'), { name: `New ${world.changes}`, disabled: false, home, groups: [], card });
  }
}

function isFree(world: World, card: string | null): boolean {
  return card !== null && world.yielded.of(`card ${card}`).size === 0;
}

function changePerson({ world, random }: ChangesOptions, draw: number): void {
  const keys = [...world.records.person.keys()];
  const [key, other] = [random.pick(keys), random.pick(keys)];
  const person = key === undefined ? undefined : world.person(key);
  if (key === undefined || person === undefined) return;
  if (draw < 60) world.putPerson(key, { ...person, name: `Name ${world.changes}` });
  else if (draw < 80) {
    const groups = [random.pick(world.groupKeys()), random.pick(world.groupKeys())].flatMap((group) => group ?? []);
    const home = random.chance(0.3) ? (groups[0] ?? person.home) : person.home;
    world.putPerson(key, { ...person, home, groups: [...new Set(groups)].sort() });
  } else if (draw < 84) world.putPerson(key, { ...person, disabled: random.chance(0.2) });
  else if (other !== undefined && other !== key) moveCard(world, random, [key, person], other);
}

/** Mostly both at once; now and then one of the two is forgotten, and two people have one card. */
function moveCard(world: World, random: Random, [key, person]: readonly [string, Person], other: string): void {
  const partner = world.person(other);
  if (partner === undefined) return;
  world.putPerson(other, { ...partner, card: person.card });
  if (random.chance(0.97)) world.putPerson(key, { ...person, card: random.chance(0.8) ? partner.card : null });
}

/** A group is created, renamed, or deleted; those who need it go to another one, mostly. */
function changeGroups({ world, random, groups }: ChangesOptions): void {
  const keys = world.groupKeys();
  const key = random.pick(keys);
  const isComing = keys.length < groups ? random.chance(0.7) : random.chance(0.3);
  if (isComing) world.putGroup(world.newName('g'), `Group ${world.changes}`);
  else if (key === undefined || keys.length < groups / 2 || random.chance(0.3))
    world.putGroup(key ?? world.newName('g'), `Renamed ${world.changes}`);
  else {
    world.drop('group', key);
    rehome(world, random, (home) => home === key && random.chance(0.9));
  }
}

/** Gives a group to people whose own one is to be left. */
export function rehome(world: World, random: Random, leaves: (home: string) => boolean): void {
  const keys = world.groupKeys();
  for (const [key] of [...world.records.person]) {
    const person = world.person(key);
    const home = random.pick(keys);
    if (person && home !== undefined && leaves(person.home)) world.putPerson(key, { ...person, home });
  }
}

/** Ends what only people can end: homes that are gone, and cards that two people have. */
export function settle(world: World, random: Random): void {
  const keys = new Set(world.groupKeys());
  rehome(world, random, (home) => !keys.has(home));
  for (const [key] of [...world.records.person]) {
    const person = world.person(key);
    if (!person || person.card === null || person.disabled) continue;
    if (world.yielded.of(`card ${person.card}`).size > 1) world.putPerson(key, { ...person, card: null });
  }
}
