/**
 * Applies source records to the target: note the intents, write in dependency order, commit what is true now.
 *
 * The target has no idempotent create. The intents are durable before the first write, and everything learned is
 * committed together with the checkpoint that says the page is done; a crash in between leaves open intents, which
 * {@link resolveIntents} settles before the next run writes anything.
 */
import type { SourceRecord, TargetEntity } from '../connectors/connector.ts';
import { CodedError } from '../core/errors.ts';
import type { PageEntry } from './book.ts';
import { forEachBounded } from './bounded-concurrency.ts';
import { stopIfCancelled } from './cancellation.ts';
import { type Comparison, compare } from './compare.ts';
import {
  type EntityRef,
  type IndexEntry,
  type IndexedRecord,
  type Intent,
  type Mark,
  originName,
  refName,
} from './index/entity-index.ts';
import { settleDoubts } from './intents.ts';
import { lookAgain } from './look-again.ts';
import { entityHash, refsOf } from './map.ts';
import type { MappingStep } from './mapping.ts';
import { type Claim, type KnownContent, loadPage, mapRecords, type Page, type Sifted, sift } from './page.ts';
import { PageOutcome } from './page-outcome.ts';
import { relationsWith } from './relations.ts';
import type { WriteContext } from './run-context.ts';

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
  const release = await claims.hold(names, refsOf(all).map(refName));
  let dropIntents: readonly Intent[] = [];
  try {
    await settleDoubts(context, step.kind, all);
    const page = await loadPage(context, step, mapped, await lookAgain(context, all, known));
    dropIntents = await noteIntents(context, page);
    await write(context, step, page, outcome);
    const entry = entryOf(context, step, page, outcome, sifted);
    await enter({ ...entry, changes: { ...entry.changes, dropIntents } });
  } catch (error) {
    for (const intent of dropIntents) claims.doubts.add(refName(intent));
    throw error;
  } finally {
    release();
  }
  return outcome;
}

/** Answers the intents that the writes are covered by, once they are durable. */
async function noteIntents({ index, clock }: WriteContext, page: Page): Promise<readonly Intent[]> {
  // What the target does not hold need not be compared to know that it will be written.
  const planned = page.claims.filter(
    ({ mapped, entry }) => entry === undefined || compare(mapped, entry, page.ids).action !== 'unchanged',
  );
  const at = clock.now();
  const intents = planned.map(({ mapped }) => ({ type: mapped.type, key: mapped.key, at }));
  if (intents.length > 0) await index.commit({ putIntents: intents });
  return intents;
}

async function write(context: WriteContext, step: MappingStep, page: Page, outcome: PageOutcome): Promise<void> {
  for (const claim of page.conflicts) outcome.reject(claim, page, 'conflict', twoRecords(claim));
  for (const type of step.types) {
    const claims = page.claims.filter((claim) => claim.mapped.type === type);
    await writeType(context, page, claims, outcome);
  }
}

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
    },
    changed: outcome.changed,
    relations,
    written: outcome.written,
    newRecords,
  };
}

/** Writes the entities of one type; those that wait for a relation within the type go in later rounds. */
async function writeType(
  context: WriteContext,
  page: Page,
  claims: readonly Claim[],
  outcome: PageOutcome,
): Promise<void> {
  let waiting = claims;
  while (waiting.length > 0) {
    const judged = waiting.map((claim) => ({ claim, comparison: compare(claim.mapped, claim.entry, page.ids) }));
    const ready = judged.filter(({ comparison }) => comparison.action !== 'blocked');
    await forEachBounded(ready, context.limits.pageConcurrency, ({ claim, comparison }) =>
      writeOne(context, page, claim, comparison, outcome),
    );
    waiting = judged.filter(({ comparison }) => comparison.action === 'blocked').map(({ claim }) => claim);
    if (ready.length > 0) continue;
    for (const { claim, comparison } of judged) {
      if (comparison.action === 'blocked') outcome.reject(claim, page, 'dependency', dependency(claim, comparison.by));
    }
    return;
  }
}

async function writeOne(
  context: WriteContext,
  page: Page,
  claim: Claim,
  comparison: Comparison,
  outcome: PageOutcome,
): Promise<void> {
  if (comparison.action === 'blocked') return;
  if (comparison.action === 'unchanged')
    return outcome.settle(claim, page, comparison.entry.id, comparison.hash, 'unchanged');
  const refused = page.rejected.get(claim.name);
  if (refused?.because === 'refused' && refused.hash === comparison.hash && refused.nextTryAt > context.clock.now())
    return outcome.wait(claim);
  stopIfCancelled(context.signal);
  try {
    const id = await context.writes.run(() => {
      const mayBeThere = comparison.action === 'create' && claim.row !== undefined;
      if (refused?.because === 'refused' || mayBeThere) return offerAgain(context, comparison);
      return comparison.action === 'create'
        ? context.target.create(comparison.entity, context.signal)
        : update(context, comparison.entry, comparison);
    });
    page.ids.set(claim.name, id);
    outcome.settle(claim, page, id, comparison.hash, comparison.action === 'create' ? 'created' : 'updated');
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'SW_REFUSED') throw error;
    outcome.reject(claim, page, 'refused', error, comparison.hash);
  }
}

/**
 * What was refused may have been done all the same, and what was not listed may still be there: the target is looked at
 * before it is asked for the same once more.
 */
async function offerAgain(
  { target, signal }: WriteContext,
  { entity, hash }: { readonly entity: TargetEntity; readonly hash: string },
): Promise<string> {
  const [found] = await target.find(entity.type, entity.key, signal);
  if (found === undefined) return await target.create(entity, signal);
  const [stored] = await target.read(entity.type, [found], signal);
  if (stored === undefined || entityHash(stored) !== hash) await target.update(found, entity, signal);
  return found;
}

/** Updates, or creates again what somebody deleted behind our back. */
async function update(
  { target, signal }: WriteContext,
  entry: IndexEntry,
  { entity }: Extract<Comparison, { action: 'update' }>,
): Promise<string> {
  try {
    await target.update(entry.id, entity, signal);
    return entry.id;
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'SW_NOT_FOUND') throw error;
    const [found] = await target.find(entity.type, entity.key, signal);
    if (found === undefined) return await target.create(entity, signal);
    await target.update(found, entity, signal);
    return found;
  }
}

function dependency({ mapped }: Claim, by: EntityRef): CodedError {
  return new CodedError('SW_REFUSED', {
    doing: `writing ${mapped.type} ${mapped.key}`,
    expected: `its relation ${by.type} ${by.key} in the target`,
    found: 'none',
    todo: 'It is tried again in the next run; look whether that entity is rejected, or not eligible in the source',
  });
}

function twoRecords({ mapped, record }: Claim): CodedError {
  return new CodedError('SW_REFUSED', {
    doing: `mapping ${record.kind} ${record.key}`,
    expected: `to be the only source record that yields ${mapped.type} ${mapped.key}`,
    found: 'another one that was walked before it',
    todo: 'Remove the double in the source, for example a card number given twice',
  });
}
