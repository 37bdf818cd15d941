/** What the simulated Security Center holds: its entities, custom fields, and the book of writes. */
import type { Clock } from '../../core/clock.ts';
import type { Json } from '../../core/json.ts';
import { personAt } from '../people.ts';
import { seededRandom } from '../seeded-random.ts';
import type { CustomField } from './custom-field.ts';
import { type Entity, EntityTable, isMarked, textOf } from './entity.ts';
import { entityTypeNames, entityTypeOf } from './entity-types.ts';
import { Matches } from './matches.ts';
import type { WebSdkOptions } from './options.ts';
import { RaisedEvents } from './raised-events.ts';
import { unlink } from './relations.ts';
import { WriteBook } from './write-book.ts';

/** Entities with ids that are the same everywhere, by their last digits. */
const wellKnown: readonly (readonly [type: string, digits: string, name: string])[] = [
  ['Partition', '0b', 'Root partition'],
  ['Partition', 'bb', 'System partition'],
  ['CardholderGroup', '08', 'All cardholders'],
  ['CardholderGroup', '0d', 'Visitors'],
];
const wellKnownId = (digits: string) => `00000000-0000-0000-0000-${digits.padStart(12, '0')}`;

/** Which entities of a type vanish: a number of them, the oldest first, or a share of them, by lot. */
export interface Loss {
  readonly type: string;
  /** Beginning of their descriptions. */
  readonly prefix: string;
  readonly count?: number | undefined;
  readonly share?: number | undefined;
}

export class World {
  readonly table: EntityTable;
  readonly matches: Matches;
  readonly book: WriteBook;
  readonly raised: RaisedEvents;
  readonly clock: Clock;
  readonly options: WebSdkOptions;
  /** Definitions by entity type and name. */
  readonly customFields = new Map<string, Map<string, CustomField>>();
  /** Id of the group of all cardholders. */
  readonly allCardholders = wellKnownId('08');

  constructor(options: WebSdkOptions, clock: Clock) {
    this.options = options;
    this.clock = clock;
    this.table = new EntityTable(seededRandom(`${options.seed}:ids`));
    this.matches = new Matches(this.table);
    this.book = new WriteBook(() => clock.now());
    this.raised = new RaisedEvents(() => clock.now());
    const server = this.#add('Server', {
      Name: 'DIRECTORY',
      FullyQualifiedName: 'directory.example.com',
      IsMainServer: true,
      TimeZone: 'UTC',
    });
    this.#add('Role', { Name: 'Web-based SDK', Type: 6, CurrentServer: server.id, RoleServers: [server.id] });
    for (const [type, digits, name] of wellKnown) this.#add(type, { Name: name }, wellKnownId(digits));
    for (let index = 0; index < options.strangers; index += 1) this.#addStranger(index);
  }

  /** Whether an entity came with the system. */
  isBuiltIn(id: string): boolean {
    return id.startsWith('00000000-0000-0000-0000-');
  }

  /** Counts by type: all, those whose description begins with the prefix, and those that share it with another one. */
  truth(prefix: string): { readonly [what: string]: Json } {
    const byType = (count: (type: string) => number) =>
      Object.fromEntries(entityTypeNames.map((type) => [type, count(type)]));
    return {
      counts: byType((type) => this.table.count(type)),
      marked: byType((type) => this.marked(type, prefix).length),
      twins: byType((type) => this.#twins(type, prefix)),
    };
  }

  /** The entities of a type whose description begins with the prefix, oldest first. */
  marked(typeName: string, prefix: string): readonly Entity[] {
    const type = entityTypeOf(typeName)?.name ?? '';
    return [...this.table.ofType(type)].filter((entity) => isMarked(entity, prefix));
  }

  /** Deletes entities behind everybody's back; they stand in no book. Answers their ids. */
  lose({ type, prefix, count, share }: Loss): readonly string[] {
    const marked = this.marked(type, prefix);
    const isDrawn = ({ id }: Entity) => seededRandom(`${this.options.seed}:lose:${id}`).next() < (share ?? 1);
    const lost = share === undefined ? marked.slice(0, count ?? 1) : marked.filter(isDrawn);
    for (const entity of lost) {
      unlink(this.table, entity);
      this.table.remove(entity);
    }
    return lost.map(({ id }) => id);
  }

  #twins(type: string, prefix: string): number {
    const seen = new Set<string>();
    let twins = 0;
    for (const entity of this.marked(type, prefix)) {
      const marker = textOf(entity, 'description');
      if (marker === '') continue;
      if (seen.has(marker)) twins += 1;
      seen.add(marker);
    }
    return twins;
  }

  #addStranger(index: number): void {
    const { firstName, lastName, email } = personAt(this.options.seed + 1_000, index);
    const name = `${firstName} ${lastName}`.slice(0, 100);
    this.#add('Cardholder', { Name: name, FirstName: firstName, LastName: lastName, EmailAddress: email });
  }

  #add(type: string, properties: { readonly [name: string]: Json }, id?: string): Entity {
    const entity = this.table.draft(type, this.clock.now(), id);
    for (const [name, value] of Object.entries(properties)) entity.properties.set(name.toLowerCase(), value);
    this.table.add(entity);
    return entity;
  }
}
