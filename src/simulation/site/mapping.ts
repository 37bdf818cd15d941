/** The site of the simulation: groups, people who need one group and may be in others, and the card each of them has. */
import type { JsonObject } from '../../core/json.ts';
import type { MappedEntity, Mapping } from '../../sync/mapping.ts';

export const kinds = ['group', 'person'] as const;
export const types = ['group', 'person', 'card'] as const;
export type Type = (typeof types)[number];

/** A person as the source has him. */
export interface Person {
  readonly name: string;
  readonly disabled: boolean;
  /** Without this group he is rejected. */
  readonly home: string;
  /** Those of them that do not exist are left out. */
  readonly groups: readonly string[];
  /** The key of the card entity: a card that changes hands stays the same entity. */
  readonly card: string | null;
}

export const simulatedMapping: Mapping = {
  id: 'simulation@1',
  steps: [
    {
      kind: 'group',
      types: ['group'],
      map: ({ key, value }) => [{ type: 'group', key, fields: { name: value['name'] ?? null }, refs: {} }],
    },
    { kind: 'person', types: ['person', 'card'], map: ({ key, value }) => entitiesOf(key, value) },
  ],
};

/** Disabled people are not eligible. */
function entitiesOf(key: string, value: JsonObject): readonly MappedEntity[] {
  const { name, disabled, home, groups, card } = value as unknown as Person; // the world writes nothing else
  if (disabled) return [];
  const refs = {
    home: [{ type: 'group', key: home }],
    groups: groups.map((group) => ({ type: 'group', key: group, optional: true })),
  };
  const person: MappedEntity = { type: 'person', key, fields: { name }, refs };
  if (card === null) return [person];
  return [person, { type: 'card', key: card, fields: { on: true }, refs: { owner: [{ type: 'person', key }] } }];
}
