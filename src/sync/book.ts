/** Where writes are entered, and how: the seam between applying records and whatever the writes are part of. */
import type { Checkpoint } from './checkpoint.ts';
import type { IndexCommit } from './index/entity-index.ts';
import type { Changed } from './relations.ts';
import type { Written } from './run-result.ts';

/** What a page has changed, to become durable at once. */
export interface PageEntry {
  readonly kind: string;
  readonly changes: Omit<IndexCommit, 'checkpoint'>;
  /** Entities that others may refer to and that are not what they were. */
  readonly changed: readonly Changed[];
  readonly relations: Checkpoint['relations'];
  readonly written: Partial<Written>;
  /** Records that this walk had not met before. */
  readonly newRecords: number;
}

/** Where writes are entered: the run under way, or a request for a single entity. */
export interface Book {
  /** What holds now for whoever writes. */
  readonly known: Pick<Checkpoint, 'relations' | 'epochs' | 'foundByList'>;
  /** Records of which another one has taken an entity: their fingerprints no longer hold. By {@link originName}. */
  readonly stolen: Set<string>;
  enter(page: PageEntry): Promise<void>;
}
