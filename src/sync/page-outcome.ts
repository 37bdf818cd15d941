/** Collects what became of each entity of a page, in the form in which it is committed. */
import { type CodedError, toErrorData } from '../core/errors.ts';
import { type EntityRef, type IndexEntry, type RejectedEntity, refName } from './index/entity-index.ts';
import type { Claim, Page } from './page.ts';
import type { Written } from './run-result.ts';

export class PageOutcome {
  readonly entries: IndexEntry[] = [];
  readonly rejected: RejectedEntity[] = [];
  /** Entities that are as they should be; an older rejection of them is over. */
  readonly settled: EntityRef[] = [];
  readonly written: Partial<Record<keyof Written, number>> = {};
  readonly #stamp: number;
  readonly #at: number;

  constructor(stamp: number, at: number) {
    this.#stamp = stamp;
    this.#at = at;
  }

  /** The entity is in the target with this content. */
  settle({ mapped, record, entry }: Claim, id: string, hash: string, how: 'created' | 'updated' | 'unchanged'): void {
    const { type, key } = mapped;
    const origin = { kind: record.kind, key: record.key };
    this.entries.push({ type, key, id, hash, origin, seen: this.#stamp, verified: entry?.verified ?? this.#stamp });
    this.settled.push({ type, key });
    this.written[how] = (this.written[how] ?? 0) + 1;
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
    const { mapped, record, entry } = claim;
    const { type, key } = mapped;
    const origin = { kind: record.kind, key: record.key };
    const before = page.rejected.get(refName(mapped));
    this.rejected.push({
      type,
      key,
      because,
      ...toErrorData(error),
      hash,
      origin,
      seen: this.#stamp,
      firstAt: before?.firstAt ?? this.#at,
      lastAt: this.#at,
      tries: (before?.tries ?? 0) + 1,
    });
    if (entry && because !== 'conflict') this.entries.push({ ...entry, origin, seen: this.#stamp });
  }
}
