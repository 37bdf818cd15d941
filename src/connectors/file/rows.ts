/** Reads the records of an opened file from any place between two of them. */
import type { Json } from '../../core/json.ts';
import type { SourceRecord } from '../connector.ts';
import { csvRows } from './csv-rows.ts';
import { fileMalformed, RecordFault, RowFault } from './failure.ts';
import { fileRecord } from './file-record.ts';
import { type Layout, membersOfCells, membersOfText, readLayout } from './layout.ts';
import { linesOf } from './lines.ts';
import { chunksOf, type OpenedFile, textStart } from './opened-file.ts';
import type { FileToRead } from './options.ts';
import type { Position } from './position.ts';
import { utf8Text } from './utf8.ts';

export interface FileRow {
  readonly record: SourceRecord;
  /** Number of the line on which it begins. */
  readonly line: number;
  /** The place before it. */
  readonly start: Position;
  /** The place behind it. */
  readonly end: Position;
}

/** @throws CodedError `SW_REPLY_UNEXPECTED` naming the line of what is malformed; what reading the file throws. */
export async function* rowsOf(
  file: FileToRead,
  opened: OpenedFile,
  layout: Layout,
  from: Position,
  signal: AbortSignal,
): AsyncGenerator<FileRow> {
  let start = from;
  try {
    for await (const { members, line, end } of rawRows(file, opened, layout, from, signal)) {
      yield { record: at(line, () => fileRecord(file, members())), line, start, end };
      start = end;
    }
  } catch (failure) {
    throw named(file, failure);
  }
}

/** The layout; its faults name the file. */
export async function layoutOf(file: FileToRead, opened: OpenedFile, signal: AbortSignal): Promise<Layout | null> {
  try {
    const from = await textStart(opened);
    return await readLayout(file, chunksOf(opened, from.offset, signal), from);
  } catch (failure) {
    throw named(file, failure);
  }
}

interface RawRow {
  readonly members: () => ReadonlyMap<string, Json>;
  readonly line: number;
  readonly end: Position;
}

async function* rawRows(
  { settings, bounds: { lineBytesMax } }: FileToRead,
  opened: OpenedFile,
  { columns }: Layout,
  from: Position,
  signal: AbortSignal,
): AsyncGenerator<RawRow> {
  const chunks = chunksOf(opened, from.offset, signal);
  if (settings.format === 'csv') {
    for await (const { cells, line, end } of csvRows(chunks, { delimiter: settings.delimiter, lineBytesMax, from })) {
      yield { members: () => membersOfCells(columns ?? [], cells), line, end };
    }
    return;
  }
  for await (const { bytes, line, end } of linesOf(chunks, { lineBytesMax, from })) {
    yield { members: () => membersOfText(utf8Text(bytes)), line, end };
  }
}

function at<T>(line: number, make: () => T): T {
  try {
    return make();
  } catch (fault) {
    throw fault instanceof RecordFault ? new RowFault(line, fault) : fault;
  }
}

function named({ path }: FileToRead, failure: unknown): unknown {
  if (!(failure instanceof RowFault)) return failure;
  const { line, expected, found } = failure;
  return fileMalformed({ path, line, expected, found });
}
