/** Collects what became of each entity of a page, in the form in which it is committed. */
import { type CodedError, toErrorData } from '../core/errors.ts';
import {
  type EntityIndex,
  type EntityRef,
  type IndexEntry,
  type Intent,
  type Mark,
  originName,
  type RejectedEntity,
} from './index/entity-index.ts';
import type { Claim, Page } from './page.ts';
import type { Changed } from './relations.ts';
import { nextTryAt } from './retry-clock.ts';
import type { Written } from './run-result.ts';
import type { SyncLimits } from './sync-limits.ts';

export class PageOutcome {
  /** Writes that are durably noted as begun, by {@link refName}. */
  readonly noted = new Map<string, Intent>();
  readonly entries: IndexEntry[] = [];
  readonly rejected: RejectedEntity[] = [];
  /** Entities that are as they should be; an older rejection of them is over. */
  readonly settled: EntityRef[] = [];
  /** How they came to be so, by {@link refName}. */
  readonly how = new Map<string, 'created' | 'updated' | 'unchanged'>();
  readonly marks: Mark[] = [];
  readonly changed: Changed[] = [];
  readonly written: Partial<Record<keyof Written, number>> = {};
  /** Records with an entity that is not as it should be, by {@link originName}. */
  readonly troubled = new Set<string>();
  readonly #index: EntityIndex;
  readonly #at: number;
  readonly #retry: SyncLimits['rejectedRetry'];

  constructor(index: EntityIndex, at: number, retry: SyncLimits['rejectedRetry']) {
    this.#index = index;
    this.#at = at;
    this.#retry = retry;
  }

  /** What was to be created was found in the target by its marker. */
  adopt(): void {
    this.written.adopted = (this.written.adopted ?? 0) + 1;
  }

  /** The entity is in the target with this content. */
  settle(claim: Claim, page: Page, id: string, hash: string, how: 'created' | 'updated' | 'unchanged'): void {
    const { name, mapped, record, row } = claim;
    const { type, key } = mapped;
    const origin = { kind: record.kind, key: record.key };
    const n = row?.n ?? this.#index.nextNumber('entries', type);
    if (!row || row.id !== id || row.hash !== hash || !sameOrigin(row, origin))
      this.entries.push({ type, key, n, id, hash, origin });
    this.marks.push({ name: `entries:${type}`, n });
    // A conflict is about the record that has lost: that the other one is in order does not end it.
    const refusal = page.rejected.get(name);
    if (refusal?.because !== 'conflict' || originName(refusal.origin ?? origin) === originName(origin))
      this.settled.push({ type, key });
    this.how.set(name, how);
    this.written[how] = (this.written[how] ?? 0) + 1;
    const former = page.formerIds.get(name);
    if (former === undefined) this.changed.push({ type, key, how: 'created' });
    else if (former !== id) this.changed.push({ type, key, how: 'moved' });
  }

  /** The same content was refused before, and its time has not come again: nothing is offered, nothing changes. */
  wait(claim: Claim): void {
    this.troubled.add(originName(claim.record));
    this.#keep(claim);
  }

  /**
   * The entity could not be written. What is in the target stays, and stays out of the sweep: the source still has it.
   */
  reject(
    claim: Claim,
    page: Page,
    because: RejectedEntity['because'],
    error: CodedError,
    hash: string | null = null,
  ): void {
    const { name, mapped, record } = claim;
    const { type, key } = mapped;
    const before = page.rejected.get(name);
    const tries = (before?.tries ?? 0) + 1;
    this.rejected.push({
      type,
      key,
      because,
      ...toErrorData(error),
      hash,
      origin: { kind: record.kind, key: record.key },
      firstAt: before?.firstAt ?? this.#at,
      lastAt: this.#at,
      tries,
      nextTryAt: because === 'refused' ? nextTryAt(this.#at, tries, this.#retry) : 0,
    });
    this.troubled.add(originName(record));
    if (because !== 'conflict') this.#keep(claim);
  }

  #keep({ mapped, record, entry }: Claim): void {
    if (!entry) return;
    const origin = { kind: record.kind, key: record.key };
    if (!sameOrigin(entry, origin)) this.entries.push({ ...entry, origin });
    this.marks.push({ name: `entries:${mapped.type}`, n: entry.n });
  }
}

function sameOrigin({ origin }: IndexEntry, { kind, key }: { readonly kind: string; readonly key: string }): boolean {
  return origin?.kind === kind && origin.key === key;
}
