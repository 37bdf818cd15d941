/** What the simulated Security Center holds: its entities, the book of writes, and who may ask. */
import type { Clock } from '../../core/clock.ts';
import type { Json } from '../../core/json.ts';
import { personAt } from '../people.ts';
import { seededRandom } from '../seeded-random.ts';
import { type Entity, EntityTable, textOf } from './entity.ts';
import type { WebSdkOptions } from './options.ts';
import { WriteBook } from './write-book.ts';

export class World {
  readonly table: EntityTable;
  readonly book: WriteBook;
  readonly clock: Clock;
  readonly options: WebSdkOptions;

  constructor(options: WebSdkOptions, clock: Clock) {
    this.options = options;
    this.clock = clock;
    this.table = new EntityTable(seededRandom(`${options.seed}:ids`));
    this.book = new WriteBook(() => clock.now());
    this.#add('Server', { Name: 'DIRECTORY', IsMainServer: true, Version: options.version, IsOnline: true });
    this.#add('Role', { Name: 'Web-based SDK', RunningState: 0, IsOnline: true });
    this.#add('Partition', { Name: 'Root partition' });
    for (let index = 0; index < options.strangers; index += 1) {
      const { firstName, lastName } = personAt(options.seed + 1_000, index);
      this.#add('Cardholder', {
        Name: `${firstName} ${lastName}`.slice(0, 100),
        FirstName: firstName,
        LastName: lastName,
      });
    }
  }

  /** Counts by type: all, and those whose Description begins with the prefix. */
  truth(prefix: string): Json {
    const types = ['Cardholder', 'CardholderGroup', 'Credential', 'Door', 'Elevator'];
    const count = (type: string) => this.table.ofType(type);
    return {
      counts: Object.fromEntries(types.map((type) => [type, count(type).length])),
      marked: Object.fromEntries(
        types.map((type) => [type, count(type).filter((one) => textOf(one, 'description').startsWith(prefix)).length]),
      ),
    };
  }

  /** Deletes entities behind everybody's back, the oldest first; they stand in no book. */
  lose(type: string, prefix: string, count: number): readonly string[] {
    const marked = this.table.ofType(type).filter((one) => textOf(one, 'description').startsWith(prefix));
    const lost = marked.slice(0, count).map(({ id }) => id);
    for (const id of lost) this.table.remove(id);
    return lost;
  }

  #add(type: string, properties: { readonly [name: string]: Json }): void {
    const entity: Entity = this.table.draft(type);
    for (const [name, value] of Object.entries(properties)) entity.properties.set(name.toLowerCase(), value);
    this.table.add(entity);
  }
}
