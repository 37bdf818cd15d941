/** How the rows of a file are to be read: for CSV the header, for JSON lines nothing but where they begin. */
import type { Json } from '../../core/json.ts';
import { csvRows } from './csv-rows.ts';
import { RecordFault, RowFault } from './failure.ts';
import type { FileToRead } from './options.ts';
import type { Position } from './position.ts';

export interface Layout {
  /** Names of the columns; null where each row names its members itself. */
  readonly columns: readonly string[] | null;
  /** Where the first record begins. */
  readonly start: Position;
}

/** `chunks` begin at `from`, the beginning of the text. Null when it has no header because it is empty. @throws RowFault for a header that cannot be used. */
export async function readLayout(
  file: FileToRead,
  chunks: AsyncIterable<Buffer>,
  from: Position,
): Promise<Layout | null> {
  const { settings, bounds } = file;
  if (settings.format === 'jsonl') return { columns: null, start: from };
  const { delimiter, keyField, fields } = settings;
  const rows = csvRows(chunks, { delimiter, lineBytesMax: bounds.lineBytesMax, from });
  for await (const { cells, line, end } of rows) {
    const missing = [keyField, ...Object.keys(fields)].find((name) => !cells.includes(name));
    if (missing !== undefined)
      throw new RowFault(line, { expected: `a column "${missing}" in the header`, found: 'none' });
    const found = cells.includes('') ? 'a column without a name' : 'a name twice';
    if (cells.includes('') || new Set(cells).size < cells.length)
      throw new RowFault(line, { expected: 'a header in which each column has a name of its own', found });
    return { columns: cells, start: end };
  }
  return null;
}

/** The members of a CSV row; an empty cell is null. @throws RecordFault for a row of another length. */
export function membersOfCells(columns: readonly string[], cells: readonly string[]): ReadonlyMap<string, Json> {
  if (cells.length !== columns.length)
    throw new RecordFault(`${columns.length} fields, as the header has`, `${cells.length}`);
  return new Map(columns.map((name, at) => [name, cells[at] || null]));
}

/** The members of a line of JSON. @throws RecordFault for what is no object. */
export function membersOfText(text: string): ReadonlyMap<string, Json> {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new RecordFault('a JSON object', 'text that is no JSON: the file may be cut off');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new RecordFault('a JSON object', 'JSON that is none');
  return new Map(Object.entries(value));
}
