/** Lists of people that end early, or are empty, without an error: what a server shows that has lost something. */
import type { Source } from '../../connectors/connector.ts';

/** Lists that are not what they should be, for the whole of one run. */
export const listFaults = ['short-walk', 'short-keys', 'short-both', 'empty-list'] as const;
export type ListFault = (typeof listFaults)[number];

/** Parts of a list that are shown before it ends early. */
const partsShown = 2;

/** The source as it looks while the fault lasts. Whoever asks for one record gets the truth. */
export function withShortLists(source: Source, fault: () => ListFault | null): Source {
  const isShort = (kind: string, list: 'walk' | 'keys') =>
    kind === 'person' && (fault() === `short-${list}` || fault() === 'short-both');
  const isEmpty = (kind: string) => kind === 'person' && fault() === 'empty-list';
  return {
    ...source,
    async walk(kind, cursor, signal) {
      const page = await source.walk(kind, cursor, signal);
      if (isEmpty(kind)) return { records: [], next: null, total: 0 };
      // The cursor of the first page is null; what comes behind the second is not shown.
      return isShort(kind, 'walk') && cursor !== null ? { ...page, next: null } : page;
    },
    async *keys(kind, signal) {
      let shown = 0;
      for await (const part of source.keys(kind, signal)) {
        if (isEmpty(kind) || (isShort(kind, 'keys') && shown === partsShown)) return;
        yield part;
        shown += 1;
      }
    },
  };
}
