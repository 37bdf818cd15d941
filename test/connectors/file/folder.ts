/** A folder of its own for each test, with what is needed to write exports into it and to read them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Source } from '../../../src/connectors/connector.ts';
import type { FileSourceOptions } from '../../../src/connectors/file/options.ts';
import { createFileSource } from '../../../src/connectors/file/source.ts';
import { systemClock } from '../../../src/core/clock.ts';

export interface Folder {
  readonly path: string;
  file(name: string): string;
  write(name: string, content: string | Uint8Array): Promise<void>;
  open(options?: Partial<FileSourceOptions>): Source;
  remove(): Promise<void>;
}

/** People as CSV and groups as JSON lines, as {@link Folder.open} expects them by default. */
export const kinds = {
  person: { format: 'csv', keyField: 'id', fields: { floor: 'number', since: 'date' }, volatileFields: ['exportedAt'] },
  group: { format: 'jsonl', keyField: 'id', fields: { open: 'boolean' } },
} as const satisfies FileSourceOptions['kinds'];

export async function openFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'file-source-'));
  const file = (name: string) => join(path, name);
  return {
    path,
    file,
    write: (name, content) => writeFile(file(name), content),
    open: (options = {}) => createFileSource({ clock: systemClock, folder: path, kinds, pageSize: 3, ...options }),
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** A CSV file of people, with what RFC 4180 allows in it. */
export function peopleCsv(count: number, names: { readonly [key: string]: string } = {}): string {
  const rows = Array.from({ length: count }, (_, at) => {
    const name = names[`p${at}`] ?? `Ünal, "A${at}"\r\nof the house`;
    return `p${at},"${name.replaceAll('"', '""')}",${at % 2 === 0 ? at : ''},2026-01-31,${at % 10}\r\n`;
  });
  return `\ufeffid,name,floor,since,exportedAt\r\n${rows.join('')}`;
}

/** A file of groups, one JSON object a line. */
export function groupsJson(count: number): string {
  return Array.from(
    { length: count },
    (_, at) => `${JSON.stringify({ id: at, name: `Group ${at}`, tags: [at] })}\n`,
  ).join('');
}
