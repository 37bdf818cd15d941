/** Reads the rows of a CSV file (RFC 4180) from any record on, with the place behind each. */
import { pipeline, Readable } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { RecordFault, RowFault } from './failure.ts';
import { LineCounter, lineEndsIn } from './line-counter.ts';
import type { Position } from './position.ts';
import { utf8Text } from './utf8.ts';

export interface CsvRow {
  readonly cells: readonly string[];
  /** Number of the line on which the row begins. */
  readonly line: number;
  readonly end: Position;
}

export interface CsvRowsOptions {
  readonly delimiter: string;
  /** Bytes of the longest row. */
  readonly lineBytesMax: number;
  /** Where `chunks` begin. */
  readonly from: Position;
}

/** @throws RowFault for what is no CSV; what `chunks` throws. */
export async function* csvRows(chunks: AsyncIterable<Buffer>, options: CsvRowsOptions): AsyncGenerator<CsvRow> {
  const { delimiter, lineBytesMax, from } = options;
  const parser = parse({
    delimiter,
    encoding: null, // bytes, so that another encoding is noticed
    info: true,
    max_record_size: lineBytesMax,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true, // the header decides, and names the line
    skip_empty_lines: true,
  });
  const lines = new LineCounter();
  // Destroys all of it when the reader has enough, and hands the failure of the chunks on to the reader.
  pipeline(Readable.from(lines.seen(chunks)), parser, () => {});
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: readonly Buffer[]; info: Info }>) {
      const before = lines.before(info.bytes - 1); // without the end of its own line
      const end = { offset: from.offset + info.bytes, line: from.line + lines.before(info.bytes) };
      const line = from.line + before + 1 - record.reduce((within, cell) => within + lineEndsIn(cell), 0);
      yield { cells: record.map((cell) => cellText(cell, line)), line, end };
    }
  } catch (failure) {
    if (!(failure instanceof CsvError)) throw failure;
    const found = faults[failure.code] ?? `what a CSV file cannot hold (${failure.code})`;
    const expected = failure.code === 'CSV_MAX_RECORD_SIZE' ? `a row of at most ${lineBytesMax} bytes` : 'a row of CSV';
    // Where the library was: at the beginning of the field that it could not read.
    const before = lines.before(Number(failure['bytes'] ?? 0));
    throw new RowFault(from.line + before + 1, { expected, found });
  }
}

const faults: { readonly [code: string]: string } = {
  CSV_INVALID_CLOSING_QUOTE: 'text behind a closing quote',
  CSV_MAX_RECORD_SIZE: 'more, perhaps because a quote is not closed',
  CSV_QUOTE_NOT_CLOSED: 'a quote that is not closed: the file may be cut off',
  INVALID_OPENING_QUOTE: 'a quote within a field that has none around it',
};

function cellText(cell: Buffer, line: number): string {
  try {
    return utf8Text(cell);
  } catch (fault) {
    throw fault instanceof RecordFault ? new RowFault(line, fault) : fault;
  }
}
