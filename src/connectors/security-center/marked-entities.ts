/** Lists and finds the entities that carry our marker. */

import { z } from 'zod';
import { CodedError } from '../../core/errors.ts';
import type { Cursor, IdPage, MarkedEntity, MarkedPage } from '../connector.ts';
import { readEntities } from './entity-read.ts';
import type { EntityType } from './entity-rule.ts';
import { type FoundRow, searchEntities } from './entity-search.ts';
import { keyOf, markerOf, markerPrefix } from './marker.ts';
import type { TargetContext } from './target-context.ts';

/** The next page, and the last row of the one before, which announced that page and opens it. */
const cursorSchema = z.strictObject({ page: z.number().int().min(1), given: z.string().nullable() });
const start = { page: 1, given: null };

/** Pages that a search for one marker may have; the closing `;` of the marker keeps it to one in practice. */
const findPagesMax = 20;

export interface MarkedEntities {
  list(entityType: EntityType, cursor: Cursor | null, signal: AbortSignal): Promise<MarkedPage>;
  /** Without a look at the markers, which a search tells from version 5.13.3 on only. */
  listIds(entityType: EntityType, cursor: Cursor | null, signal: AbortSignal): Promise<IdPage>;
  find(entityType: EntityType, key: string, signal: AbortSignal): Promise<readonly string[]>;
}

/**
 * The search filters by the beginning of the Description; each hit is then read back, and only an exact marker of this
 * owner and type counts. A row that moved from one page to the next while the list was walked is given once.
 */
export function markedEntities({ sdk, owner, pageSize }: TargetContext): MarkedEntities {
  /** The ids of the newest page of each type: enough to drop a row that a shift repeats on the page after it. */
  const lastPages = new Map<string, { readonly page: number; readonly ids: ReadonlySet<string> }>();

  const marked = async (type: string, rows: readonly FoundRow[], signal: AbortSignal): Promise<MarkedEntity[]> => {
    const silent = rows.filter((row) => row.description === null).map((row) => row.id);
    const read = silent.length === 0 ? new Map() : await readEntities(sdk, silent, ['Description'], signal);
    return rows.flatMap((row) => {
      const key = keyOf(owner, type, row.description ?? read.get(row.id)?.get('description'));
      return key === null ? [] : [{ id: row.id, key }];
    });
  };

  const search = async ({ type, entityType }: EntityType, cursor: Cursor | null, signal: AbortSignal) => {
    const { page, given } = cursor === null ? start : parseCursor(cursor);
    const filter = { entityType, description: markerPrefix(owner, type), page, pageSize };
    const { rows, more } = await searchEntities(sdk, filter, signal);
    const before = lastPages.get(type);
    const known = before?.page === page - 1 ? before.ids : new Set<string>();
    lastPages.set(type, { page, ids: new Set(rows.map((row) => row.id)) });
    const next = more ? { page: page + 1, given: rows.at(-1)?.id ?? null } : null;
    return { rows: rows.filter((row) => row.id !== given && !known.has(row.id)), next };
  };

  return {
    async list(entityType, cursor, signal) {
      const { rows, next } = await search(entityType, cursor, signal);
      return { entities: await marked(entityType.type, rows, signal), next };
    },

    async listIds(entityType, cursor, signal) {
      const { rows, next } = await search(entityType, cursor, signal);
      return { ids: rows.map(({ id }) => id), next };
    },

    async find({ type, entityType }, key, signal) {
      const marker = markerOf(owner, type, key);
      const ids = new Set<string>();
      for (let page = 1; page <= findPagesMax; page += 1) {
        const { rows, more } = await searchEntities(sdk, { entityType, description: marker, page, pageSize }, signal);
        for (const entity of await marked(type, rows, signal)) if (entity.key === key) ids.add(entity.id);
        if (!more) return [...ids].sort();
      }
      throw new CodedError('SW_WALK_INCOMPLETE', {
        doing: `looking for the marker ${marker}`,
        expected: `an end of the list within ${findPagesMax} pages`,
        found: 'more pages',
        todo: 'Check that the Description filter of EntityConfiguration works on this version; raise pageSize',
      });
    },
  };
}

function parseCursor(cursor: Cursor): z.output<typeof cursorSchema> {
  const parsed = cursorSchema.safeParse(cursor);
  if (parsed.success) return parsed.data;
  throw new CodedError('SW_WALK_INCOMPLETE', {
    doing: 'going on in a list of Security Center',
    expected: 'a cursor of this connector',
    found: JSON.stringify(cursor).slice(0, 80),
    todo: 'Start the walk again',
  });
}
