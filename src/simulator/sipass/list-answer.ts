/** Puts a list into its shape, after the faults of the server have had their way with it. */
import type { Json, JsonObject } from '../../core/json.ts';
import type { Exchange } from '../exchange.ts';
import { type CardholderQuery, findCardholders, windowOf } from './cardholder-list.ts';
import { droppedTokens, type ListName, type SipassFaultBox } from './domain-faults.ts';
import { type ListShape, listItems, listShape } from './lists.ts';
import type { SipassWorld } from './world.ts';

export class ListAnswers {
  readonly #world: SipassWorld;
  readonly #faults: SipassFaultBox;
  /** What a fault dropped from a list; the lists of a walk are the same array until something changes. */
  readonly #dropped = new WeakMap<object, { readonly from: readonly string[]; readonly kept: readonly string[] }>();

  constructor(world: SipassWorld, faults: SipassFaultBox) {
    this.#world = world;
    this.#faults = faults;
  }

  list(exchange: Exchange, name: Exclude<ListName, 'Cardholders'>): Json {
    const items = listItems(this.#world, name);
    const tokens = items.map(tokenOf);
    const kept = new Set(this.#keep(exchange, name, tokens));
    const records = items.filter((record) => kept.has(tokenOf(record)));
    return this.#shape(exchange, name, records, records.length);
  }

  cardholders(exchange: Exchange, query: CardholderQuery): Json {
    if (query.startIndex > 0) this.#shiftRows(exchange, query);
    const tokens = this.#keep(exchange, 'Cardholders', findCardholders(this.#world, query));
    return this.#shape(exchange, 'Cardholders', windowOf(this.#world, query, tokens), tokens.length);
  }

  #keep(exchange: Exchange, name: ListName, tokens: readonly string[]): readonly string[] {
    const fault = this.#faults.take('drop-entities', target(exchange), ({ list }) => concerns(list, name));
    if (fault === null) return tokens;
    const known = this.#dropped.get(fault);
    if (known?.from === tokens) return known.kept;
    const dropped = droppedTokens(fault, tokens);
    const kept = tokens.filter((token) => !dropped.has(token));
    this.#dropped.set(fault, { from: tokens, kept });
    return kept;
  }

  /** What happens on a busy server between two pages: rows before the next window come or go. */
  #shiftRows(exchange: Exchange, query: CardholderQuery): void {
    const fault = this.#faults.take('row-shift', target(exchange));
    if (fault === null) return;
    const { cardholders } = this.#world;
    if (fault.change === 'insert') {
      // Sorts in front of every generated person by any field but the token.
      cardholders.generate(fault.count, { FirstName: '0 Row', LastName: '0 Shift', EmployeeNumber: '0' });
    } else {
      for (const token of findCardholders(this.#world, query).slice(0, fault.count)) cardholders.remove(token);
    }
  }

  #shape(exchange: Exchange, name: ListName, all: readonly JsonObject[], found: number): Json {
    const isEmpty = this.#faults.take('empty-list', target(exchange), ({ list }) => concerns(list, name)) !== null;
    const lie = this.#faults.take('totals', target(exchange), ({ list }) => concerns(list, name));
    const records = isEmpty ? [] : all;
    const shape: ListShape = listShape(this.#world, name);
    if (shape === 'array') return records;
    if (shape === 'no-totals' && lie === null) return { Records: records };
    const total = lie?.total ?? (isEmpty ? 0 : shape === 'unknown-totals' ? -1 : found);
    return { Records: records, TotalRecords: total, TotalDisplayRecords: total };
  }
}

const target = (exchange: Exchange) => ({ method: exchange.method, path: exchange.url });
const concerns = (list: ListName | undefined, name: ListName) => list === undefined || list === name;
const tokenOf = (record: JsonObject) => String(record['Token'] ?? record['TechnologyCode']);
