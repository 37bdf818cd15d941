/** What the author of a source tells the suite about the data that the source is opened on. */
import type { Source } from '../connectors/connector.ts';

/** A source over data that does not change by itself, and what is known of that data. */
export interface SourceHarness {
  /** Freshly opened, nothing asked of it yet. */
  readonly source: Source;
  /** A second source on the same data, as another process would open it: it shares no memory. Closed by `close`. */
  reopen(): Promise<Source>;
  /** Kinds that hold records; the first must need at least three pages, and 200 at most. */
  readonly kinds: readonly [string, ...string[]];
  /** The keys that really are there, known from elsewhere than the source: what the test itself has put there. */
  keys(kind: string): Promise<readonly string[]>;
  /** A key that is not there, in the form of those that are. */
  readonly absentKey: string;
  /**
   * Changes the content of one record of the first kind, as a user of the other side would, and answers its key. Needed
   * where the source declares `changeFeed: 'bookmark'` or `recordVersion`.
   */
  change?(): Promise<string>;
  /** Removes one record of the first kind and answers its key. Needed where `tombstones` is `explicit`. */
  remove?(): Promise<string>;
  /** Closes every source of the harness, and frees what the data lies in. */
  close(): Promise<void>;
}

/** A member of the harness that the declared capabilities make necessary. */
export function needed<T>(member: T | undefined, name: string): T {
  if (member === undefined) throw new Error(`The harness needs "${name}" for what the source declares.`);
  return member;
}
