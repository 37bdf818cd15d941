/** The file source: the contract over both formats, what records hold, and that no damage looks like fewer records. */
import { appendFile, chmod, mkdir, rename, stat, truncate, unlink, utimes } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Source } from '../../../src/connectors/connector.ts';
import type { FileSourceOptions } from '../../../src/connectors/file/options.ts';
import { createFileSource } from '../../../src/connectors/file/source.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { describeSource, walkAll } from '../../../src/testing/index.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { type Folder, groupsJson, kinds, openFolder, peopleCsv } from './folder.ts';

const { signal } = new AbortController();

for (const [first, second] of [
  ['person', 'group'],
  ['group', 'person'],
] as const) {
  describeSource(`the file source, ${kinds[first].format} first`, async () => {
    const folder = await openFolder();
    await folder.write('person.csv', peopleCsv(8));
    await folder.write('group.jsonl', groupsJson(8));
    return {
      source: folder.open(),
      reopen: async () => folder.open(),
      kinds: [first, second],
      keys: async (kind) => Array.from({ length: 8 }, (_, at) => (kind === 'person' ? `p${at}` : `${at}`)),
      absentKey: 'p999',
      change: async () => {
        const line = first === 'person' ? 'p8,New,,,\r\n' : '{"id":8}\n';
        await appendFile(folder.file(first === 'person' ? 'person.csv' : 'group.jsonl'), line);
        return first === 'person' ? 'p8' : '8';
      },
      close: () => folder.remove(),
    };
  });
}

describe('the file source', () => {
  let folder: Folder;
  beforeEach(async () => {
    folder = await openFolder();
  });
  afterEach(() => folder.remove());

  /** A source of one kind, `row`, over the content of one file. */
  const rows = async (
    content: string | Uint8Array,
    kind: Partial<FileSourceOptions['kinds'][string]> & { format?: 'csv' | 'jsonl' } = {},
    options: Partial<FileSourceOptions> = {},
  ): Promise<Source> => {
    const format = kind.format ?? 'csv';
    await folder.write(`row.${format}`, content);
    const row = { keyField: 'id', ...kind, format } as FileSourceOptions['kinds'][string];
    return folder.open({ kinds: { row }, ...options });
  };
  const valuesOf = async (source: Source) => (await walkAll(source, 'row')).records.map(({ value }) => value);
  const failureOf = async (source: Source) =>
    source.walk('row', null, signal).then(
      () => expect.fail('the walk gave a page'),
      (failure: { code: string; message: string }) => failure,
    );

  describe('gives records', () => {
    test('of CSV: quotes, commas, line ends and a mark before UTF-8 are no part of what they hold', async () => {
      const source = await rows('\ufeffid,name\r\n1,"Ünal, ""A"""\r\n\r\n2,"two\r\nlines"\r\n');

      expect(await valuesOf(source)).toEqual([
        { id: '1', name: 'Ünal, "A"' },
        { id: '2', name: 'two\r\nlines' },
      ]);
    });

    test('with another delimiter', async () => {
      expect(await valuesOf(await rows('id;name\n1;a,b\n', { delimiter: ';' }))).toEqual([{ id: '1', name: 'a,b' }]);
    });

    test('with declared fields always there, others only where they hold something, volatile ones never', async () => {
      const fields = { floor: 'number', active: 'boolean', since: 'date' } as const;
      const source = await rows('id,floor,active,since,note,at\n1,,,,,8\n2,-0.5,TRUE,2026-01-31T01:30:00+01:00,x,9\n', {
        fields,
        volatileFields: ['at'],
      });

      expect(await valuesOf(source)).toEqual([
        { id: '1', floor: null, active: null, since: null },
        { id: '2', floor: -0.5, active: true, since: '2026-01-31T00:30:00Z', note: 'x' },
      ]);
    });

    test('of JSON lines: missing and null are equal, keys may be numbers, empty lines are none', async () => {
      const source = await rows('{"id":7,"name":null,"tags":["a",{"b":1}]}\r\n\n{"id":"8","name":"B"}\n', {
        format: 'jsonl',
        fields: { name: 'string' },
      });

      const { records } = await walkAll(source, 'row');
      expect(records).toEqual([
        { kind: 'row', key: '7', value: { id: 7, name: null, tags: ['a', { b: 1 }] } },
        { kind: 'row', key: '8', value: { id: '8', name: 'B' } },
      ]);
    });

    test('named like the members of every object', async () => {
      const source = await rows('id,__proto__,constructor\n1,a,b\n');

      expect(JSON.stringify(await valuesOf(source))).toBe('[{"id":"1","__proto__":"a","constructor":"b"}]');
    });

    test('of lines that are longer than what is read at once', async () => {
      const long = 'ü'.repeat(100_000);
      const source = await rows(`{"id":1,"t":"${long}"}\n{"id":2,"t":"${long}"}\n`, { format: 'jsonl' });

      expect((await source.get('row', '2', signal))?.value).toEqual({ id: 2, t: long });
    });

    test('of a header alone: a file that states no records is empty', async () => {
      expect(await (await rows('id,name\n')).walk('row', null, signal)).toEqual({ records: [], next: null, total: 0 });
    });

    test('of a file without a byte only where that is meant', async () => {
      for (const format of ['csv', 'jsonl'] as const) {
        const source = await rows('', { format, allowEmpty: true });

        expect(await source.walk('row', null, signal)).toEqual({ records: [], next: null, total: 0 });
        expect(await source.get('row', '1', signal)).toBeNull();
      }
    });
  });

  describe('reports damage as damage, with the line, and never as fewer records', () => {
    const csv = (content: string | Uint8Array, kind = {}) => ({ content, kind });
    const json = (content: string, kind = {}) => ({ content, kind: { format: 'jsonl' as const, ...kind } });

    test.each([
      ['a file without a byte', csv(''), /an empty file/],
      ['JSON lines without a line', json('\n\n'), /an empty file/],
      ['a cut within a line', csv('id,name\n1,Anna\n2,Ber'), /a line end .* may be cut off/],
      ['a cut within quotes', csv('id,name\n1,"An', { finalNewline: 'optional' }), /line 2: .* not closed/],
      ['a cut within JSON', json('{"id":1}\n{"id":', { finalNewline: 'optional' }), /line 2: .* no JSON/],
      ['a row that is too short', csv('id,name\n1,Anna\n2\n'), /line 3: expected 2 fields/],
      ['a row that is too long', csv('id,name\n1,An,na\n'), /line 2: .* found 3/],
      ['a stray quote', csv('id,name\n1,An"na\n'), /line 2: .* a quote within/],
      ['text behind a quote', csv('id,name\n1,"An"na\n'), /line 2: .* behind a closing quote/],
      ['another encoding', csv(Buffer.from('id,name\n1,\xdcnal\n', 'latin1')), /line 2: expected text in UTF-8/],
      ['no key', csv('id,name\n,Anna\n'), /line 2: expected a key in "id".* found none/],
      ['no column for the key', csv('name\nAnna\n'), /line 1: expected a column "id"/],
      ['no column for a field', csv('id\n1\n', { fields: { floor: 'number' } }), /line 1: expected a column "floor"/],
      ['a column twice', csv('id,name,name\n1,a,b\n'), /line 1: .* a name twice/],
      ['a column without a name', csv('id,\n1,a\n'), /line 1: .* without a name/],
      ['no number', csv('id,floor\n1,2\n2,two\n', { fields: { floor: 'number' } }), /line 3: .* "floor"/],
      ['no object', json('{"id":1}\n[1]\n'), /line 2: expected a JSON object/],
      ['a fault behind a field of several lines', csv('id,name\n1,"a\r\nb\nc"\n2\n'), /line 5: expected 2 fields/],
      ['a key twice', csv('id,name\n1,"a\nb"\n2,b\n1,c\n'), /line 5: .* than in line 2/],
      ['a key twice, as number and text', json('{"id":1}\n{"id":"1"}\n'), /line 2: .* than in line 1/],
    ])('%s', async (_, { content, kind }, message) => {
      const source = await rows(content, kind);

      for (const failure of [await failureOf(source), await failureOf(source)]) {
        expect(failure).toMatchObject({ code: 'SW_REPLY_UNEXPECTED', message: expect.stringMatching(message) });
        expect(failure.message).toContain(folder.path);
      }
      await expect(source.get('row', '1', signal)).rejects.toMatchObject({ code: 'SW_REPLY_UNEXPECTED' });
    });

    test('says nothing of what the file holds', async () => {
      const source = await rows('id,name\n1,secret"text\n');

      expect((await failureOf(source)).message).not.toContain('secret');
    });

    test('a fault in the last line is found before the first page is given', async () => {
      const source = await rows(`id,name\n${'1,a\n'.replace('1', '0')}1,b\n2,c\n3,d\n4\n`, {}, { pageSize: 1 });

      expect(await failureOf(source)).toMatchObject({ code: 'SW_REPLY_UNEXPECTED', message: /line 6/ });
    });

    test.each([
      ['lineBytesMax', { lineBytesMax: 100 }],
      ['fileBytesMax', { fileBytesMax: 100 }],
      ['recordsMax', { recordsMax: 1 }],
    ])('more than %s allows', async (_, bounds) => {
      for (const format of ['csv', 'jsonl'] as const) {
        const long = 'x'.repeat(200);
        const content = format === 'csv' ? `id,t\n1,\n2,${long}\n` : `{"id":1}\n{"id":2,"t":"${long}"}\n`;

        expect(await failureOf(await rows(content, { format }, bounds))).toMatchObject({ code: 'SW_REPLY_UNEXPECTED' });
      }
    });

    test('a folder in the place of the file', async () => {
      const source = folder.open();
      await mkdir(folder.file('person.csv'));

      await expect(source.walk('person', null, signal)).rejects.toMatchObject({ code: 'SW_REPLY_UNEXPECTED' });
    });
  });

  describe('cannot be reached', () => {
    test('where the file is missing, in every operation', async () => {
      await folder.write('group.jsonl', groupsJson(1));
      const source = folder.open();
      const unreachable = { code: 'SW_UNREACHABLE', message: expect.stringContaining(folder.file('person.csv')) };

      await expect(source.probe(signal)).rejects.toMatchObject(unreachable);
      await expect(source.walk('person', null, signal)).rejects.toMatchObject(unreachable);
      await expect(source.get('person', 'p1', signal)).rejects.toMatchObject(unreachable);
      await expect(source.keys('person', signal)[Symbol.asyncIterator]().next()).rejects.toMatchObject(unreachable);
      await expect(source.changes?.('person', null, signal)).rejects.toMatchObject(unreachable);
    });

    test('where the file went after it was read', async () => {
      await folder.write('person.csv', peopleCsv(2));
      const source = folder.open();
      expect(await source.get('person', 'p1', signal)).not.toBeNull();

      await unlink(folder.file('person.csv'));

      await expect(source.get('person', 'p1', signal)).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });
    });

    test.skipIf(process.getuid?.() === 0)('where it may not be read', async () => {
      await folder.write('person.csv', peopleCsv(2));
      await chmod(folder.file('person.csv'), 0);

      await expect(folder.open().probe(signal)).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });
    });
  });

  describe('breaks a walk off', () => {
    beforeEach(() => folder.write('person.csv', peopleCsv(9)));

    const interrupted = async (change: () => Promise<unknown>, other = false) => {
      const source = folder.open();
      const { next } = await source.walk('person', null, signal);
      await change();
      await expect((other ? folder.open() : source).walk('person', next, signal)).rejects.toMatchObject({
        code: 'SW_WALK_INCOMPLETE',
      });
      expect((await walkAll(source, 'person')).records.length).toBeGreaterThan(0);
    };

    test('when the file grew', () => interrupted(() => appendFile(folder.file('person.csv'), 'p9,New,,,\r\n')));

    test('when the file was cut off at the end of a line', () =>
      interrupted(() => truncate(folder.file('person.csv'), Buffer.byteLength(peopleCsv(4)))));

    test('when another file took its place, of the same size and time', () =>
      interrupted(async () => {
        const { atime, mtime } = await stat(folder.file('person.csv'));
        await folder.write('other.csv', peopleCsv(9));
        await utimes(folder.file('other.csv'), atime, mtime);
        await rename(folder.file('other.csv'), folder.file('person.csv'));
      }));

    test('also for another process that takes it up', () =>
      interrupted(() => appendFile(folder.file('person.csv'), 'p9,New,,,\r\n'), true));

    test('when the file is written while it is read: what was read of it is not given', async () => {
      const content = peopleCsv(20_000);
      await folder.write('person.csv', content);
      const walk = folder.open().walk('person', null, signal);
      let writes = 0;
      let over = false;
      const writer = (async () => {
        for (; !over; writes += 1) await appendFile(folder.file('person.csv'), `w${writes},New,,,\r\n`);
      })();
      walk
        .catch(() => {})
        .finally(() => {
          over = true;
        });

      await expect(walk).rejects.toMatchObject({ code: 'SW_WALK_INCOMPLETE' });
      await writer;
      expect(writes).toBeGreaterThan(0);
    });

    test('a signal stops a pass in the middle, and the next call reads from the beginning', async () => {
      await folder.write('person.csv', peopleCsv(20_000));
      const source = folder.open();
      const abort = new AbortController();
      const reason = new Error('the run was cancelled');
      const walk = source.walk('person', null, abort.signal);
      const beside = source.get('person', 'p19999', signal);
      setImmediate(() => abort.abort(reason));

      await expect(walk).rejects.toBe(reason);
      expect((await beside)?.key).toBe('p19999');
    });
  });

  test('goes over all pages of a file that is larger than what is read at once, in its order', async () => {
    await folder.write('person.csv', peopleCsv(5_000));

    const { records } = await walkAll(folder.open({ pageSize: 400 }), 'person');

    expect(records.map(({ key }) => key)).toEqual(Array.from({ length: 5_000 }, (_, at) => `p${at}`));
  });

  test('asks for a walk after every change of the file, and for none without', async () => {
    await folder.write('person.csv', peopleCsv(2));
    await folder.write('group.jsonl', groupsJson(2));
    const source = folder.open();
    const person = await source.changes?.('person', null, signal);
    const group = await source.changes?.('group', null, signal);

    await folder.write('person.csv', peopleCsv(3));

    expect(await source.changes?.('person', person?.next ?? null, signal)).toMatchObject({ refreshRequired: true });
    expect(await source.changes?.('group', group?.next ?? null, signal)).toMatchObject({ refreshRequired: false });
  });

  test('tells how old the oldest of its files is', async () => {
    const clock = new VirtualClock();
    await folder.write('person.csv', peopleCsv(2));
    await folder.write('group.jsonl', groupsJson(2));
    await utimes(folder.file('group.jsonl'), clock.now() / 1_000, clock.now() / 1_000 - 90);
    await utimes(folder.file('person.csv'), clock.now() / 1_000, clock.now() / 1_000 - 30);
    const source = createFileSource({ clock, folder: folder.path, kinds });

    expect(await source.probe(signal)).toEqual({ product: 'files', version: null, latencyMs: 0, dataAgeMs: 90_000 });
  });

  test.each([
    ['an unknown option', { kinds, page: 1 }],
    ['no kind', { kinds: {} }],
    ['a delimiter that no CSV can have', { kinds: { a: { format: 'csv', keyField: 'id', delimiter: '"' } } }],
    ['a delimiter of JSON lines', { kinds: { a: { format: 'jsonl', keyField: 'id', delimiter: ';' } } }],
    ['a volatile key', { kinds: { a: { format: 'csv', keyField: 'id', volatileFields: ['id'] } } }],
  ])('refuses %s', (_, options) => {
    expect(() => createFileSource({ clock: systemClock, folder: '/x', ...options } as never)).toThrow();
  });

  test('refuses a relative path without a folder to which it is relative', () => {
    const kind = { format: 'csv', keyField: 'id' } as const;

    expect(() => createFileSource({ clock: systemClock, kinds: { a: { ...kind, file: 'a.csv' } } })).toThrow();
    expect(createFileSource({ clock: systemClock, kinds: { a: { ...kind, file: '/a.csv' } } }).kinds).toEqual(['a']);
  });
});
