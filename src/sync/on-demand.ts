/** Synchronizes one source record at once, beside whatever run is under way. */
import { z } from 'zod';
import type { Source, Target } from '../connectors/connector.ts';
import type { Clock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import { applyRecords } from './apply.ts';
import type { Book } from './book.ts';
import { Slots } from './bounded-concurrency.ts';
import { asCancellation } from './cancellation.ts';
import { emptyCheckpoint } from './checkpoint.ts';
import { updateCheckpoint } from './checkpoint-writer.ts';
import { Claims } from './claims.ts';
import { type EntityIndex, type IndexEntry, originName, refName } from './index/entity-index.ts';
import type { Mapping, MappingStep } from './mapping.ts';
import type { KnownContent } from './page.ts';
import { readBack } from './read-back.ts';
import { epochsAfter } from './relations.ts';
import type { WriteContext } from './run-context.ts';
import { type SyncLimits, withDefaultLimits } from './sync-limits.ts';

export interface OnDemandOptions {
  readonly source: Source;
  readonly target: Target;
  readonly mapping: Mapping;
  readonly index: EntityIndex;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limits?: Partial<SyncLimits>;
  /** Shared with the run that may be under way on the same index. */
  readonly claims?: Claims;
  readonly kind: string;
  readonly key: string;
}

export const entityResultSchema = z.object({
  kind: z.string(),
  key: z.string(),
  /** False when the source says that there is no such record. */
  found: z.boolean(),
  entities: z.array(
    z.object({
      type: z.string(),
      key: z.string(),
      action: z.enum(['created', 'updated', 'unchanged', 'rejected', 'left']),
      id: z.string().nullable(),
      reason: z.object({ code: z.string(), message: z.string() }).optional(),
    }),
  ),
});
export type EntityResult = Readonly<z.infer<typeof entityResultSchema>>;

/**
 * Reads one record and brings its entities up to date. Nothing is deleted: entities that the record no longer yields, or
 * that of a record which is gone, are `left` for the next run, whose guards look at all of them together.
 *
 * @throws CodedError `SW_NOT_FOUND` for a kind that the mapping does not know; whatever a side throws.
 */
export async function synchronizeEntity(options: OnDemandOptions): Promise<EntityResult> {
  const { mapping, source, index, kind, key, signal } = options;
  const step = mapping.steps.find((one) => one.kind === kind);
  if (step === undefined) throw unknownKind(kind, mapping.steps);
  const context = await contextOf(options);
  try {
    const record = await source.get(kind, key, signal);
    const before = await entitiesOf(index, kind, key);
    if (record === null) return { kind, key, found: false, entities: before.map(leave) };
    // What the target holds may not be what the index says: that is what one asks for a single entity for.
    await forgetFingerprint(context, record);
    const outcome = await applyRecords(context, {
      step,
      records: [record],
      known: await lookInTarget(context, before),
    });
    const yielded = step.map(record);
    const rejected = new Map(outcome.rejected.map((row) => [refName(row), row]));
    const now = await index.lookup(yielded);
    const entities = yielded.map((entity, at): EntityResult['entities'][number] => {
      const name = refName(entity);
      const { type, key: entityKey } = entity;
      const id = now[at]?.id ?? null;
      const refusal = rejected.get(name);
      if (refusal) {
        const reason = { code: refusal.code, message: refusal.message };
        return { type, key: entityKey, action: 'rejected', id, reason };
      }
      return { type, key: entityKey, action: outcome.how.get(name) ?? 'unchanged', id };
    });
    const gone = before.filter((entry) => !yielded.some((entity) => refName(entity) === refName(entry)));
    return { kind, key, found: true, entities: [...entities, ...gone.map(leave)] };
  } catch (error) {
    throw asCancellation(error, signal);
  }
}

async function contextOf(options: OnDemandOptions): Promise<WriteContext> {
  const { index, claims = new Claims(), target } = options;
  const limits = withDefaultLimits(options.limits);
  const known = (await index.checkpoint()) ?? emptyCheckpoint;
  const book: Book = {
    known,
    stolen: new Set(),
    async enter({ changes, changed, relations }) {
      await updateCheckpoint(
        { index, claims },
        (stored) => ({ ...stored, epochs: epochsAfter(changed, { relations, epochs: stored.epochs }) }),
        changes,
      );
    },
  };
  const writes = new Slots(Math.min(limits.pageConcurrency, target.capabilities.maxConcurrency));
  return { ...options, limits, claims, book, writes };
}

async function lookInTarget(
  context: WriteContext,
  entries: readonly IndexEntry[],
): Promise<ReadonlyMap<string, KnownContent>> {
  const known = new Map<string, KnownContent>();
  for (const entry of entries) {
    const hash = (await readBack(context, entry.type, [entry.id])).get(entry.id);
    known.set(refName(entry), hash === undefined ? 'gone' : { id: entry.id, hash });
  }
  return known;
}

async function forgetFingerprint(
  { index, claims }: WriteContext,
  origin: { readonly kind: string; readonly key: string },
): Promise<void> {
  await claims.during([originName(origin)], async () => {
    const [row] = await index.lookupRecords([origin]);
    if (row && row.print !== null) await index.commit({ putRecords: [{ ...row, print: null }] });
  });
}

async function entitiesOf(index: EntityIndex, kind: string, key: string): Promise<readonly IndexEntry[]> {
  const [row] = await index.lookupRecords([{ kind, key }]);
  return (await index.lookup(row?.entities ?? [])).flatMap((entry) => entry ?? []);
}

function leave({ type, key, id }: IndexEntry): EntityResult['entities'][number] {
  return { type, key, action: 'left', id };
}

function unknownKind(kind: string, steps: readonly MappingStep[]): CodedError {
  return new CodedError('SW_NOT_FOUND', {
    doing: 'synchronizing one record',
    expected: `a kind of the mapping: ${steps.map((step) => step.kind).join(', ')}`,
    found: kind.slice(0, 100),
    todo: 'Correct the kind',
  });
}
