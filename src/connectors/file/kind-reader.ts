/** Reads one kind from its file: page by page, by key, keys alone, and whether it has changed. */
import type { ChangePage, Cursor, SourcePage, SourceRecord } from '../connector.ts';
import { fileChanged } from './failure.ts';
import { fileCursor, placeOf } from './file-cursor.ts';
import { fileIdentitySchema, isSameFile } from './file-identity.ts';
import { type OpenedFile, requireReadable, withFile } from './opened-file.ts';
import type { FileToRead } from './options.ts';
import { rowsOf } from './rows.ts';
import { rowOfKey, type Survey } from './survey.ts';
import { createSurveyor } from './surveyor.ts';

export interface KindReader {
  readonly kind: string;
  walk(cursor: Cursor | null, signal: AbortSignal): Promise<SourcePage>;
  keys(signal: AbortSignal): AsyncGenerator<readonly string[]>;
  get(key: string, signal: AbortSignal): Promise<SourceRecord | null>;
  changes(bookmark: Cursor | null, signal: AbortSignal): Promise<ChangePage>;
  /** When the file was last written, epoch milliseconds. */
  modifiedAt(signal: AbortSignal): Promise<number>;
  forget(): void;
}

export function createKindReader(file: FileToRead, pageSize: number): KindReader {
  const { kind, path } = file;
  const surveyor = createSurveyor(file);

  /** Opens the file that was surveyed, and no other. */
  const withSurveyed = <T>(survey: Survey, signal: AbortSignal, use: (opened: OpenedFile) => Promise<T>) =>
    withFile(file, signal, async (opened) => {
      if (!isSameFile(opened.identity, survey.identity)) throw fileChanged(path);
      return use(opened);
    });

  const walk: KindReader['walk'] = async (cursor, signal) => {
    const survey = await surveyor.survey(signal);
    const { identity, layout, places, endOffset } = survey;
    const from = cursor === null ? (layout?.start ?? null) : placeOf(cursor, identity, path);
    if (layout === null || from === null || from.offset >= endOffset)
      return { records: [], next: null, total: places.size };
    const records: SourceRecord[] = [];
    const end = await withSurveyed(survey, signal, async (opened) => {
      let behind = from;
      for await (const row of rowsOf(file, opened, layout, from, signal)) {
        records.push(row.record);
        behind = row.end;
        if (records.length >= pageSize) break;
      }
      return behind;
    });
    return { records, next: end.offset >= endOffset ? null : fileCursor(identity, end), total: places.size };
  };

  return {
    kind,
    walk,
    async *keys(signal) {
      for (let cursor: Cursor | null = null, more = true; more; more = cursor !== null) {
        const page: SourcePage = await walk(cursor, signal);
        yield page.records.map(({ key }) => key);
        cursor = page.next;
      }
    },
    async get(key, signal) {
      const survey = await surveyor.survey(signal);
      const { layout, places } = survey;
      if (layout === null || places.candidates(key).length === 0) return null;
      return withSurveyed(survey, signal, async (opened) => {
        const row = await rowOfKey(key, places, { file, opened, layout, signal });
        return row?.record ?? null;
      });
    },
    async changes(bookmark, signal) {
      const now = await requireReadable(file, signal);
      const known = bookmark === null ? null : fileIdentitySchema.safeParse(bookmark);
      const same = known === null || (known.success && isSameFile(known.data, now));
      return { changed: [], removed: [], next: { ...now }, refreshRequired: !same, more: false };
    },
    async modifiedAt(signal) {
      const { modifiedNs } = await withFile(file, signal, async ({ identity }) => identity);
      return Number(BigInt(modifiedNs) / 1_000_000n);
    },
    forget: () => surveyor.forget(),
  };
}
