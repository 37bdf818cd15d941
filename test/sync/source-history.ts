/** Random histories of a source: what people do to its records, also while a run is walking them. */
import fc from 'fast-check';
import type { SourceRecord } from '../../src/connectors/connector.ts';
import type { Mapping } from '../../src/sync/mapping.ts';
import { testMapping, type World } from './world.ts';

/** One thing that happens to the source. Places are taken modulo what there is. */
export type Change =
  | {
      readonly what: 'insert';
      readonly person: number;
      readonly place: number;
      readonly card: boolean;
      readonly groups: readonly number[];
    }
  | { readonly what: 'delete' | 'toggle' | 'to-front'; readonly place: number }
  | { readonly what: 'rename'; readonly place: number; readonly name: number }
  | { readonly what: 'regroup'; readonly place: number; readonly groups: readonly number[] }
  | { readonly what: 'swap-cards' | 'copy-card' | 'give-card'; readonly place: number; readonly other: number }
  | { readonly what: 'group'; readonly group: number; readonly name: number | null };

const groups = fc.uniqueArray(fc.nat(3), { maxLength: 3 });
const place = fc.nat(11);

export const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ what: fc.constant('insert' as const), person: fc.nat(11), place, card: fc.boolean(), groups }),
  fc.record({ what: fc.constantFrom('delete' as const, 'toggle' as const, 'to-front' as const), place }),
  fc.record({ what: fc.constant('rename' as const), place, name: fc.nat(3) }),
  fc.record({ what: fc.constant('regroup' as const), place, groups }),
  fc.record({
    what: fc.constantFrom('swap-cards' as const, 'copy-card' as const, 'give-card' as const),
    place,
    other: fc.nat(11),
  }),
  fc.record({ what: fc.constant('group' as const), group: fc.nat(3), name: fc.option(fc.nat(2)) }),
);

/** The test mapping with optional groups, as the vendor's rule for visitor groups has them. */
export const optionalMapping: Mapping = {
  ...testMapping,
  id: 'optional@1',
  steps: testMapping.steps.map((step) => ({
    ...step,
    map: (record) =>
      step.map(record).map((entity) => ({
        ...entity,
        refs: Object.fromEntries(
          Object.entries(entity.refs).map(([name, refs]) => [
            name,
            name === 'groups' ? refs.map((ref) => ({ ...ref, optional: true })) : refs,
          ]),
        ),
      })),
  })),
};

const groupNames = (numbers: readonly number[]) => numbers.map((number) => `g${number}`);
const peopleOf = (world: World) => world.records.get('person') ?? [];

/** One group and one person are always there: a source that turns empty is a case of its own, and stops the sweep. */
export function foundWorld(world: World): void {
  world.put('group', 'g0', { name: 0 });
  world.put('person', 'p-0', { name: 0, groups: ['g0'] });
}

export function applyChange(world: World, one: Change): void {
  const people = peopleOf(world);
  const movable = people.filter(({ key }) => key !== 'p-0');
  const at = (number: number): SourceRecord | undefined => movable[number % Math.max(1, movable.length)];
  if (one.what === 'group') changeGroup(world, `g${one.group}`, one.name);
  else if (one.what === 'insert') insert(world, one);
  else {
    const record = at(one.place);
    if (record !== undefined) changePerson(world, record, one, 'other' in one ? at(one.other) : undefined);
  }
}

function changePerson(
  world: World,
  record: SourceRecord,
  one: Exclude<Change, { what: 'group' | 'insert' }>,
  other: SourceRecord | undefined,
): void {
  const people = peopleOf(world);
  const { key, value } = record;
  const put = (of: SourceRecord, card: unknown) => {
    const { card: _past, ...rest } = of.value;
    world.put('person', of.key, typeof card === 'string' ? { ...rest, card } : rest);
  };
  if (one.what === 'delete') world.drop('person', key);
  else if (one.what === 'toggle') world.put('person', key, { ...value, disabled: value['disabled'] !== true });
  else if (one.what === 'rename') world.put('person', key, { ...value, name: one.name });
  else if (one.what === 'regroup') world.put('person', key, { ...value, groups: groupNames(one.groups) });
  else if (one.what === 'to-front') world.records.set('person', [record, ...people.filter((row) => row.key !== key)]);
  else if (other !== undefined && other.key !== key) {
    put(other, value['card']);
    if (one.what === 'swap-cards') put(record, other.value['card']);
    if (one.what === 'give-card') put(record, null);
  }
}

function changeGroup(world: World, key: string, name: number | null): void {
  if (name !== null) world.put('group', key, { name });
  else if (key !== 'g0') world.drop('group', key);
}

/** Puts a person among the others, so that the rows behind move by one. */
function insert(world: World, { person, place, card, groups }: Extract<Change, { what: 'insert' }>): void {
  const people = peopleOf(world);
  const key = `p${person}`;
  if (people.some((row) => row.key === key)) return;
  const isFree = !people.some(({ value }) => value['card'] === `c${person}`);
  const value = { name: 0, groups: groupNames(groups), ...(card && isFree ? { card: `c${person}` } : {}) };
  world.records.set('person', people.toSpliced(place % (people.length + 1), 0, { kind: 'person', key, value }));
}

/** Ends every quarrel about a card: the first record that has it keeps it. */
export function settleCards(world: World): void {
  const taken = new Set<unknown>();
  for (const { key, value } of peopleOf(world)) {
    const { card, ...rest } = value;
    if (card !== undefined && value['disabled'] !== true && taken.has(card)) world.put('person', key, rest);
    else if (value['disabled'] !== true) taken.add(card);
  }
}

/** Every entity with the record that yields it now, as `entity < record`. */
export function yieldedBy(world: World, mapping: Mapping): Set<string> {
  return new Set(
    mapping.steps.flatMap((step) =>
      (world.records.get(step.kind) ?? []).flatMap((record) =>
        step.map(record).map(({ type, key }) => `${type} ${key} < ${record.kind} ${record.key}`),
      ),
    ),
  );
}
