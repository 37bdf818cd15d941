/**
 * One pass over a whole file before anything of it is used: every record is sound, no key stands twice, and the place of
 * each is known. A fault in the last line is found before the first record is applied.
 */
import { fileMalformed } from './failure.ts';
import type { FileIdentity } from './file-identity.ts';
import { KeyTable } from './key-table.ts';
import type { Layout } from './layout.ts';
import { fileEmpty, type OpenedFile, withFile } from './opened-file.ts';
import type { FileToRead } from './options.ts';
import type { Position } from './position.ts';
import { type FileRow, layoutOf, rowsOf } from './rows.ts';

export interface Survey {
  readonly identity: FileIdentity;
  /** Null for an empty file that may be empty. */
  readonly layout: Layout | null;
  readonly places: KeyTable;
  /** Offset behind the last record. */
  readonly endOffset: number;
}

/** @throws CodedError `SW_UNREACHABLE`, `SW_WALK_INCOMPLETE`, `SW_REPLY_UNEXPECTED`; the signal's reason. */
export function surveyFile(file: FileToRead, signal: AbortSignal): Promise<Survey> {
  return withFile(file, signal, async (opened) => {
    const { path, settings, bounds } = file;
    await requireLastLine(file, opened);
    const layout = await layoutOf(file, opened, signal);
    const places = new KeyTable();
    let endOffset = 0;
    if (layout !== null) {
      endOffset = layout.start.offset;
      for await (const { record, line, start, end } of rowsOf(file, opened, layout, layout.start, signal)) {
        if (places.size >= bounds.recordsMax) {
          const todo = 'Raise recordsMax if that is meant';
          throw fileMalformed({ path, line, expected: `at most ${bounds.recordsMax} records`, found: 'more', todo });
        }
        const earlier = await rowOfKey(record.key, places, { file, opened, layout, signal });
        if (earlier !== null) {
          const expected = `another key in "${settings.keyField}" than in line ${earlier.line}`;
          throw fileMalformed({ path, line, expected, found: 'the same key again' });
        }
        places.add(record.key, start);
        endOffset = end.offset;
      }
    }
    // A header is a statement about what follows; a JSON file without a line states nothing.
    if (places.size === 0 && (layout?.columns ?? null) === null && !settings.allowEmpty) throw fileEmpty(path);
    return { identity: opened.identity, layout, places, endOffset };
  });
}

interface Reading {
  readonly file: FileToRead;
  readonly opened: OpenedFile;
  readonly layout: Layout;
  readonly signal: AbortSignal;
}

/** The row of a key, found over its places. Null when the file has none. */
export async function rowOfKey(key: string, places: KeyTable, reading: Reading): Promise<FileRow | null> {
  for (const place of places.candidates(key)) {
    const row = await rowAt(place, reading);
    if (row?.record.key === key) return row;
  }
  return null;
}

async function rowAt(place: Position, { file, opened, layout, signal }: Reading): Promise<FileRow | null> {
  for await (const row of rowsOf(file, opened, layout, place, signal)) return row;
  return null;
}

/** A line that has no end was not written to its end. */
async function requireLastLine({ path, settings }: FileToRead, { handle, identity }: OpenedFile): Promise<void> {
  if (settings.finalNewline === 'optional' || identity.size === 0) return;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, identity.size - 1);
  if (buffer[0] === 10) return;
  const todo = 'Let the export end its last line, or set finalNewline to optional if it never does';
  throw fileMalformed({ path, expected: 'a line end at the end of the file', found: 'none: it may be cut off', todo });
}
