/**
 * Applies source records to the target: note the intents, write in dependency order, commit what is true now.
 *
 * The target has no idempotent create. The intents are durable before the first write, and everything learned is
 * committed together with the checkpoint that says the page is done; a crash in between leaves open intents, which
 * {@link resolveIntents} settles before the next run writes anything.
 */
import type { SourceRecord } from '../connectors/connector.ts';
import type { PageEntry } from './book.ts';
import { type IndexedRecord, type Mark, originName, refName } from './index/entity-index.ts';
import { settleDoubts } from './intents.ts';
import { lookAgain } from './look-again.ts';
import { refsOf } from './map.ts';
import type { MappingStep } from './mapping.ts';
import { type KnownContent, loadPage, type MappedRecord, mapRecords, type Page, type Sifted, sift } from './page.ts';
import { PageOutcome } from './page-outcome.ts';
import { relationsWith } from './relations.ts';
import type { WriteContext } from './run-context.ts';
import { writePage } from './write-page.ts';

export interface ApplyOptions {
  readonly step: MappingStep;
  readonly records: readonly SourceRecord[];
  /** What was seen in the target, where the index may be wrong: looked at once more. By {@link refName}. */
  readonly known?: ReadonlyMap<string, KnownContent>;
  /** Enters what has become of the page. @default the context's book */
  readonly enter?: (page: PageEntry) => Promise<void>;
}

/** Brings the entities of these records up to date in the target. Several calls may be under way at once. */
export async function applyRecords(context: WriteContext, options: ApplyOptions): Promise<PageOutcome> {
  const { step, records, known = new Map() } = options;
  const { claims, book, index, clock, limits } = context;
  const enter = options.enter ?? ((page: PageEntry) => book.enter(page));
  const sifted = await sift(context, step, records);
  const outcome = new PageOutcome(index, clock.now(), limits.rejectedRetry);
  if (sifted.unchanged > 0) outcome.written.unchanged = sifted.unchanged;
  const relations = () => book.known.relations;
  if (sifted.changed.length === 0) {
    const { written } = outcome;
    const { newRecords } = sifted;
    await enter({ kind: step.kind, changes: {}, changed: [], relations: relations(), written, newRecords });
    return outcome;
  }
  const mapped = mapRecords(step, sifted.changed);
  const all = mapped.flatMap(({ entities }) => entities);
  const claimed = [...all, ...sifted.changed.flatMap(({ before }) => before)];
  const names = [...mapped.map(({ record }) => originName(record)), ...claimed.map(refName)];
  const work = async () => {
    try {
      await settleDoubts(context, step.kind, mapped.flatMap(intentsOf));
      const page = await loadPage(context, step, mapped, await lookAgain(context, all, known));
      await writePage(context, step, page, outcome);
      await enter(entryOf(context, step, page, outcome, sifted));
    } catch (error) {
      // While the names are still held: whoever has waited for them must see it.
      for (const name of outcome.noted.keys()) claims.doubts.add(name);
      throw error;
    }
  };
  await claims.during(names, work, refsOf(all).map(refName));
  return outcome;
}

const intentsOf = ({ record: { kind, key: of }, entities }: MappedRecord) =>
  entities.map(({ type, key }) => ({ type, key, origin: { kind, key: of } }));

/** What a page that is done changes in the index. Marks that it sets are facts from now on. */
function entryOf(
  { index, book }: WriteContext,
  step: MappingStep,
  page: Page,
  outcome: PageOutcome,
  sifted: Sifted,
): PageEntry {
  const met = index.marks(`records:${step.kind}`);
  const addMarks: Mark[] = [...outcome.marks];
  let { newRecords } = sifted;
  const numbers = new Map(outcome.entries.map((entry) => [refName(entry), entry.n]));
  for (const { name, row } of [...page.claims, ...page.conflicts]) if (row) numbers.set(name, row.n);
  const putRecords = page.mapped.map(({ record, entities, print }): IndexedRecord => {
    const n = page.previous.get(record.key)?.n ?? index.nextNumber('records', step.kind);
    if (!met.has(n)) newRecords += 1;
    addMarks.push({ name: `records:${step.kind}`, n });
    const yielded = entities.map(({ type, key }) => ({ type, key, n: numbers.get(refName({ type, key })) ?? null }));
    const sound = !outcome.troubled.has(originName(record)) && yielded.every((entity) => entity.n !== null);
    return { kind: record.kind, key: record.key, n, print: sound ? print : null, entities: yielded };
  });
  let { relations } = book.known;
  for (const { entities } of page.mapped) relations = relationsWith(relations, step.kind, entities);
  return {
    kind: step.kind,
    changes: {
      putRecords: [...page.robbed, ...putRecords],
      putEntries: outcome.entries,
      addMarks,
      dropMarks: page.released.map(({ type, n }): Mark => ({ name: `entries:${type}`, n })),
      dropRejected: outcome.settled.filter((ref) => page.rejected.has(refName(ref))),
      putRejected: outcome.rejected,
      dropIntents: [...outcome.noted.values()],
    },
    changed: outcome.changed,
    relations,
    written: outcome.written,
    newRecords,
  };
}
