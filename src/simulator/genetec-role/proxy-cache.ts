/** The proxy's cache of all entities, and what has changed in SiPass since it was read. */
import { canonicalJson, type Json } from '../../core/json.ts';
import type { SipassRow } from './sipass-object.ts';
import type { SipassReader } from './sipass-reader.ts';
import type { SiteData } from './site-data.ts';
import type { EntitiesByType, EntityTypeName, SourceEntity } from './source-entity.ts';
import { cardholderEntity, credentialEntity, entitiesOf } from './vendor-rules.ts';

/** A real-time change, as it is sent to the role. */
export interface Change {
  readonly type: EntityTypeName;
  readonly key: string;
  /** Null when the object is gone. */
  readonly entity: SourceEntity | null;
}

export class ProxyCache {
  readonly #reader: SipassReader;
  readonly #site: SiteData;
  #entities: { [type in EntityTypeName]: Map<string, SourceEntity> } | null = null;
  #rows: ReadonlyMap<string, string> = new Map();
  /** Reading takes turns: a poll between the two steps of another would send changes backwards. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(reader: SipassReader, site: SiteData) {
    this.#reader = reader;
    this.#site = site;
  }

  /** Null before it was filled for the first time. */
  get entities(): EntitiesByType | null {
    return this.#entities;
  }

  /** What is cached now, as it will stay whatever changes; null before it was filled. */
  copy(): EntitiesByType | null {
    return this.#entities && copied(this.#entities);
  }

  /** Reads everything anew. @throws CodedError `SW_UNREACHABLE`; the cache stays as it was */
  fill(): Promise<EntitiesByType> {
    return this.#inTurn(async () => {
      const rows = await this.#reader.rows();
      const content = await this.#reader.content(rows);
      const entities = entitiesOf(content, this.#site);
      this.#entities = copied(entities);
      this.#rows = fingerprints(rows);
      return entities;
    });
  }

  /**
   * The changes since the last reading. Only people change in the simulated SiPass, so only they are looked at.
   * @throws CodedError `SW_UNREACHABLE`
   */
  changes(): Promise<readonly Change[]> {
    return this.#inTurn(async () => {
      if (this.#entities === null) return [];
      const rows = fingerprints(await this.#reader.rows());
      const changed = [...rows].filter(([token, text]) => this.#rows.get(token) !== text).map(([token]) => token);
      const gone = [...this.#rows.keys()].filter((token) => !rows.has(token));
      const people = await this.#reader.cardholders(changed);
      this.#rows = rows;
      return [
        ...gone.flatMap((token) => [this.#note('Credential', token, null), this.#note('Cardholder', token, null)]),
        ...people.flatMap((person) => [
          this.#note('Cardholder', person.Token, cardholderEntity(person)),
          this.#note('Credential', person.Token, credentialEntity(person)),
        ]),
      ].flat();
    });
  }

  #note(type: EntityTypeName, key: string, entity: SourceEntity | null): readonly Change[] {
    const cached = this.#entities?.[type];
    const before = cached?.get(key);
    if (entity === null) return cached?.delete(key) ? [{ type, key, entity }] : [];
    cached?.set(key, entity);
    const same = before !== undefined && canonicalJson(before as Json) === canonicalJson(entity as Json);
    return same ? [] : [{ type, key, entity }];
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

/** A row without its portrait's address, which is new at each reading. */
function fingerprints(rows: readonly SipassRow[]): ReadonlyMap<string, string> {
  return new Map(rows.map(({ Potrait: _, ...row }) => [row.Token, JSON.stringify(row)]));
}

function copied(entities: EntitiesByType): { [type in EntityTypeName]: Map<string, SourceEntity> } {
  const copies = Object.entries(entities).map(([type, map]) => [type, new Map(map)]);
  // The same types as in `entities`, which has all of them.
  return Object.fromEntries(copies) as { [type in EntityTypeName]: Map<string, SourceEntity> };
}
