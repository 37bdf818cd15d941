/** The cardholders of the simulated server: generated ones are kept as numbers and written out when they are read. */
import { z } from 'zod';
import type { JsonObject } from '../../core/json.ts';
import { personAt } from '../people.ts';
import { type CardholderSeed, generateCardholder, generateValidity } from './cardholder-data.ts';
import { type CardholderSummary, summarise } from './cardholder-summary.ts';
import { parseWireDate } from './wire-date.ts';

interface Stored {
  readonly token: string;
  /** Number of a generated person. */
  readonly index: number;
  /** Set once somebody has written this person. */
  data: JsonObject | null;
  summary: CardholderSummary;
  /** Whether the first credential has a number; null while nobody has asked. */
  hasCard: boolean | null;
}

const hasFirstCard = z
  .array(
    z.object({ CardNumber: z.union([z.string(), z.number()]).transform(String).catch('') }).catch({ CardNumber: '' }),
  )
  .catch([])
  .transform((cards) => (cards[0]?.CardNumber ?? '').trim() !== '');

/** The fields by which a list can be sorted. */
export const sortFields = ['LastName', 'FirstName', 'EmployeeNumber', 'Token'] as const;
export type SortField = (typeof sortFields)[number];

const sortText: { readonly [field in Exclude<SortField, 'Token'>]: (summary: CardholderSummary) => string } = {
  LastName: (summary) => summary.lastName,
  FirstName: (summary) => summary.firstName,
  EmployeeNumber: (summary) => summary.employeeNumber,
};

/** Like a case-insensitive database collation. Ties keep the order of tokens. */
const collator = new Intl.Collator('en', { sensitivity: 'base' });

export class CardholderStore {
  readonly #from: Omit<CardholderSeed, 'index'>;
  readonly #byToken = new Map<string, Stored>();
  readonly #orders = new Map<SortField, readonly string[]>();
  #lastToken = 6;
  #nextIndex = 0;
  #revision = 0;

  constructor(from: Omit<CardholderSeed, 'index'>) {
    this.#from = from;
  }

  get size(): number {
    return this.#byToken.size;
  }

  /** Rises with each change. */
  get revision(): number {
    return this.#revision;
  }

  /** Adds generated people; answers their tokens. `overrides` replaces members, for example a name that sorts first. */
  generate(count: number, overrides: JsonObject = {}): readonly string[] {
    const changed = Object.keys(overrides).length > 0;
    const tokens = Array.from({ length: count }, () => {
      const token = this.#newToken();
      const index = this.#nextIndex;
      this.#nextIndex += 1;
      const from = { ...this.#from, index };
      const data = changed ? { ...generateCardholder(token, from), ...overrides } : null;
      const summary = data === null ? this.#generatedSummary(index) : this.#summary(data);
      this.#byToken.set(token, { token, index, data, summary, hasCard: null });
      return token;
    });
    this.#changed();
    return tokens;
  }

  /** Stores a person who was written by a client; answers the token. */
  create(data: JsonObject): string {
    const token = this.#newToken();
    const own = { ...data, Token: token };
    this.#byToken.set(token, { token, index: -1, data: own, summary: this.#summary(own), hasCard: null });
    this.#changed();
    return token;
  }

  /** Everything stored about a person, or null when there is none of that token. */
  read(token: string): JsonObject | null {
    const stored = this.#byToken.get(token);
    if (stored === undefined) return null;
    // Not kept: a generated person costs next to nothing to write out, and memory for each of a million would not.
    return stored.data ?? generateCardholder(token, { ...this.#from, index: stored.index });
  }

  summary(token: string): CardholderSummary | null {
    return this.#byToken.get(token)?.summary ?? null;
  }

  /** Whether the first credential of this person has a card number. */
  hasCard(token: string): boolean {
    const stored = this.#byToken.get(token);
    if (stored === undefined) return false;
    stored.hasCard ??= hasFirstCard.parse(this.read(token)?.['Credentials']);
    return stored.hasCard;
  }

  /** Replaces the content; false when there is no such person. */
  write(token: string, data: JsonObject): boolean {
    const stored = this.#byToken.get(token);
    if (stored === undefined) return false;
    stored.data = { ...data, Token: token };
    stored.summary = this.#summary(stored.data);
    stored.hasCard = null;
    this.#changed();
    return true;
  }

  remove(token: string): boolean {
    const removed = this.#byToken.delete(token);
    if (removed) this.#changed();
    return removed;
  }

  /** All tokens in this order. The same array until something changes. */
  order(field: SortField): readonly string[] {
    const known = this.#orders.get(field);
    if (known !== undefined) return known;
    const stored = [...this.#byToken.values()];
    if (field !== 'Token') {
      const text = sortText[field];
      stored.sort((a, b) => collator.compare(text(a.summary), text(b.summary)));
    }
    const tokens = stored.map(({ token }) => token);
    this.#orders.set(field, tokens);
    return tokens;
  }

  #newToken(): string {
    this.#lastToken += 1;
    return String(this.#lastToken);
  }

  #summary(data: JsonObject): CardholderSummary {
    return summarise(data, this.#from.utcOffset);
  }

  /** The same as summarising the generated content, without generating all of it. */
  #generatedSummary(index: number): CardholderSummary {
    const from = { ...this.#from, index };
    const { firstName, lastName, employeeNumber } = personAt(from.seed, index);
    const { start, end, void: isVoid, workgroup } = generateValidity(from);
    return {
      firstName,
      lastName,
      employeeNumber,
      startAt: parseWireDate(start, from.utcOffset),
      endAt: parseWireDate(end, from.utcOffset),
      void: isVoid,
      workgroupId: workgroup.token,
    };
  }

  #changed(): void {
    this.#revision += 1;
    this.#orders.clear();
  }
}
