/**
 * Writes what a page yields to the target, in dependency order; each write is durably noted as begun before it is done.
 */
import type { TargetEntity } from '../connectors/connector.ts';
import { CodedError } from '../core/errors.ts';
import { forEachBounded } from './bounded-concurrency.ts';
import { stopIfCancelled } from './cancellation.ts';
import { type Comparison, compare } from './compare.ts';
import { type EntityRef, type IndexEntry, type Intent, refName } from './index/entity-index.ts';
import { entityHash } from './map.ts';
import type { MappingStep } from './mapping.ts';
import type { Claim, Page } from './page.ts';
import type { PageOutcome } from './page-outcome.ts';
import { isDue } from './retry-clock.ts';
import type { WriteContext } from './run-context.ts';

/** Brings the claims of a page into the target and tells the outcome what became of each. */
export async function writePage(
  context: WriteContext,
  step: MappingStep,
  page: Page,
  outcome: PageOutcome,
): Promise<void> {
  // What the target does not hold need not be compared to know that it will be written.
  const isPlanned = ({ mapped, entry }: Claim) =>
    entry === undefined || compare(mapped, entry, page.ids).action !== 'unchanged';
  await noteIntents(context, page.claims.filter(isPlanned), outcome);
  for (const claim of page.conflicts) outcome.reject(claim, page, 'conflict', twoRecords(claim));
  for (const type of step.types) {
    const claims = page.claims.filter((claim) => claim.mapped.type === type);
    await writeType(context, page, claims, outcome);
  }
}

/** Makes it durable that these are about to be written. */
async function noteIntents(
  { index, clock }: WriteContext,
  claims: readonly Claim[],
  outcome: PageOutcome,
): Promise<void> {
  const at = clock.now();
  const putIntents = claims
    .filter(({ name }) => !outcome.noted.has(name))
    .map(
      ({ mapped: { type, key }, record }): Intent => ({
        type,
        key,
        origin: { kind: record.kind, key: record.key },
        at,
      }),
    );
  if (putIntents.length === 0) return;
  await index.commit({ putIntents });
  for (const intent of putIntents) outcome.noted.set(refName(intent), intent);
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
    // Whoever refers to an entity that is under another id since this page began was not planned to be written.
    const toWrite = ready.filter(({ comparison }) => comparison.action !== 'unchanged').map(({ claim }) => claim);
    await noteIntents(context, toWrite, outcome);
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
  if (refused?.because === 'refused' && refused.hash === comparison.hash && !isDue(refused, context.clock.now()))
    return outcome.wait(claim);
  stopIfCancelled(context.signal);
  try {
    const wasThere = claim.row !== undefined || context.book.known.foundByList.includes(claim.mapped.type);
    const { id, how } = await context.writes.run(() => {
      const mayBeThere = comparison.action === 'create' && wasThere;
      if (refused?.because === 'refused' || mayBeThere) return offerAgain(context, comparison);
      return comparison.action === 'create'
        ? create(context, comparison)
        : update(context, comparison.entry, comparison);
    });
    page.ids.set(claim.name, id);
    if (comparison.action === 'create' && how !== 'created') outcome.adopt();
    outcome.settle(claim, page, id, comparison.hash, how);
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'SW_REFUSED') throw error;
    outcome.reject(claim, page, 'refused', error, comparison.hash);
  }
}

interface Done {
  readonly id: string;
  readonly how: 'created' | 'updated' | 'unchanged';
}

async function create({ target, signal }: WriteContext, { entity }: { readonly entity: TargetEntity }): Promise<Done> {
  return { id: await target.create(entity, signal), how: 'created' };
}

/**
 * What was refused may have been done all the same, and what was not listed may still be there: the target is looked at
 * before it is asked for the same once more.
 */
async function offerAgain(
  context: WriteContext,
  { entity, hash }: { readonly entity: TargetEntity; readonly hash: string },
): Promise<Done> {
  const { target, signal } = context;
  const [id] = await target.find(entity.type, entity.key, signal);
  if (id === undefined) return await create(context, { entity });
  const [stored] = await target.read(entity.type, [id], signal);
  if (stored !== undefined && entityHash(stored) === hash) return { id, how: 'unchanged' };
  await target.update(id, entity, signal);
  return { id, how: 'updated' };
}

/** Updates, or creates again what somebody deleted behind our back. */
async function update(
  context: WriteContext,
  entry: IndexEntry,
  { entity }: Extract<Comparison, { action: 'update' }>,
): Promise<Done> {
  const { target, signal } = context;
  try {
    await target.update(entry.id, entity, signal);
    return { id: entry.id, how: 'updated' };
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'SW_NOT_FOUND') throw error;
    const [id] = await target.find(entity.type, entity.key, signal);
    if (id === undefined) return await create(context, { entity });
    await target.update(id, entity, signal);
    return { id, how: 'updated' };
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
