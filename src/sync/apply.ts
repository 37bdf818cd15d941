/**
 * Applies source records to the target: note the intents, write in dependency order, commit what is true now.
 *
 * The target has no idempotent create. The intents are durable before the first write, and everything learned is
 * committed together with the checkpoint that says the page is done; a crash in between leaves open intents, which
 * {@link resolveIntents} settles before the next run writes anything.
 */
import type { SourceRecord } from '../connectors/connector.ts';
import { CodedError } from '../core/errors.ts';
import { forEachBounded } from './bounded-concurrency.ts';
import { stopIfCancelled } from './cancellation.ts';
import type { RunCheckpoint } from './checkpoint.ts';
import { type Comparison, compare } from './compare.ts';
import { type EntityRef, type IndexEntry, refName } from './index/entity-index.ts';
import type { MappingStep } from './mapping.ts';
import { type Claim, type KnownContent, loadPage, type Page } from './page.ts';
import { PageOutcome } from './page-outcome.ts';
import { addWritten, type RunContext } from './run-context.ts';

export interface ApplyOptions {
  readonly step: MappingStep;
  readonly records: readonly SourceRecord[];
  /** What a proof has just seen in the target, where the index is known to be wrong; by {@link refName}. */
  readonly known?: ReadonlyMap<string, KnownContent>;
  /** What becomes of the checkpoint when the records are done. */
  readonly advance?: Partial<RunCheckpoint>;
}

/** Brings the entities of these records up to date in the target. */
export async function applyRecords(context: RunContext, options: ApplyOptions): Promise<void> {
  const { step, records } = options;
  const page = await loadPage(context, step, records, options.known ?? new Map());
  const planned = page.claims.filter((claim) => compare(claim.mapped, claim.entry, page.ids).action !== 'unchanged');
  const at = context.clock.now();
  const intents = planned.map(({ mapped }) => ({ type: mapped.type, key: mapped.key, at }));
  if (intents.length > 0) await context.index.commit({ putIntents: intents });

  const outcome = new PageOutcome(page.stamp, at);
  for (const claim of page.conflicts) outcome.reject(claim, page, 'conflict', twoRecords(claim));
  for (const type of step.types) {
    await writeType(
      context,
      page,
      page.claims.filter((claim) => claim.mapped.type === type),
      outcome,
    );
  }
  const { walked, written, moved } = context.run.state;
  await context.run.commit(
    {
      ...options.advance,
      moved: moved || outcome.entries.some((entry) => isMoved(entry, page)),
      walked: { ...walked, [step.kind]: (walked[step.kind] ?? 0) + page.newRecords },
      written: addWritten(written, outcome.written),
    },
    {
      putRecords: page.records,
      putEntries: [...page.released, ...outcome.entries],
      dropIntents: intents,
      dropRejected: outcome.settled.filter((ref) => page.rejected.has(refName(ref))),
      putRejected: outcome.rejected,
    },
  );
}

/** Writes the entities of one type; those that wait for a relation within the type go in later rounds. */
async function writeType(
  context: RunContext,
  page: Page,
  claims: readonly Claim[],
  outcome: PageOutcome,
): Promise<void> {
  const limit = Math.min(context.limits.pageConcurrency, context.target.capabilities.maxConcurrency);
  let waiting = claims;
  while (waiting.length > 0) {
    const judged = waiting.map((claim) => ({ claim, comparison: compare(claim.mapped, claim.entry, page.ids) }));
    const ready = judged.filter(({ comparison }) => comparison.action !== 'blocked');
    await forEachBounded(ready, limit, ({ claim, comparison }) => write(context, page, claim, comparison, outcome));
    waiting = judged.filter(({ comparison }) => comparison.action === 'blocked').map(({ claim }) => claim);
    if (ready.length > 0) continue;
    for (const { claim, comparison } of judged) {
      if (comparison.action === 'blocked') outcome.reject(claim, page, 'dependency', dependency(claim, comparison.by));
    }
    return;
  }
}

async function write(
  context: RunContext,
  page: Page,
  claim: Claim,
  comparison: Comparison,
  outcome: PageOutcome,
): Promise<void> {
  if (comparison.action === 'blocked') return;
  if (comparison.action === 'unchanged')
    return outcome.settle(claim, comparison.entry.id, comparison.hash, 'unchanged');
  stopIfCancelled(context.signal);
  try {
    const id =
      comparison.action === 'create'
        ? await context.target.create(comparison.entity, context.signal)
        : await update(context, comparison.entry, comparison);
    page.ids.set(refName(claim.mapped), id);
    outcome.settle(claim, id, comparison.hash, comparison.action === 'create' ? 'created' : 'updated');
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'SW_REFUSED') throw error;
    outcome.reject(claim, page, 'refused', error, comparison.hash);
  }
}

/** Updates, or creates again what somebody deleted behind our back. */
async function update(
  { target, signal }: RunContext,
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

function isMoved(entry: IndexEntry, { formerIds }: Page): boolean {
  const former = formerIds.get(refName(entry));
  return former !== undefined && former !== entry.id;
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
