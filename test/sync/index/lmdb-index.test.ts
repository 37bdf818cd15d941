import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { build } from 'vite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLmdbIndex } from '../../../src/sync/index/lmdb-index.ts';
import { collect, entityIndexContract, entryOf } from '../entity-index.contract.ts';
import { indexMarksContract } from '../entity-index-marks.contract.ts';

async function openOnDisk() {
  const folder = mkdtempSync(join(tmpdir(), 'syncwarden-index-'));
  let index = openLmdbIndex({ folder, batchSize: 3 });
  return {
    index,
    async reopen() {
      await index.close();
      index = openLmdbIndex({ folder, batchSize: 3 });
      return index;
    },
    async dispose() {
      await index.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

entityIndexContract('the index on disk', openOnDisk);
indexMarksContract('the index on disk', openOnDisk);

/** Compiles a script beside this file, to a place from which its packages can be found: Node 20 runs no TypeScript. */
async function compiled(name: string): Promise<{ readonly script: string; readonly remove: () => void }> {
  const cache = join(process.cwd(), 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const outDir = mkdtempSync(join(cache, 'syncwarden-test-'));
  await build({
    configFile: false,
    logLevel: 'silent',
    build: { ssr: join(import.meta.dirname, `${name}.ts`), outDir, emptyOutDir: true, target: 'node20' },
  });
  const file = readdirSync(outDir).find((entry) => entry.startsWith(name)) ?? name;
  return { script: join(outDir, file), remove: () => rmSync(outDir, { recursive: true, force: true }) };
}

describe('the index on disk', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'syncwarden-index-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('refuses a second owner while the first one lives', async () => {
    const first = openLmdbIndex({ folder });
    expect(() => openLmdbIndex({ folder })).toThrow(expect.objectContaining({ code: 'SW_DATA_LOCKED' }));
    await first.close();
    await openLmdbIndex({ folder }).close();
  });

  test('refuses a folder that another living process owns', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const stat = `/proc/${other.pid}/stat`;
    const fields = existsSync(stat) ? readFileSync(stat, 'utf8').split(') ').at(-1)?.split(' ') : undefined;
    const startedAt = fields?.[19] ?? '';
    writeFileSync(join(folder, 'owner.json'), JSON.stringify({ pid: other.pid, startedAt }));
    expect(() => openLmdbIndex({ folder })).toThrow(expect.objectContaining({ code: 'SW_DATA_LOCKED' }));
    other.kill();
    await once(other, 'exit');
    await openLmdbIndex({ folder }).close();
  });

  test.each([
    ['of a killed owner that had our own process id', JSON.stringify({ pid: process.pid, startedAt: '1' })],
    ['whose process id was given to another process', JSON.stringify({ pid: process.ppid, startedAt: 'long ago' })],
    ['that was torn while it was written', '{"pid":'],
  ])('takes over a lock %s', async (_, text) => {
    writeFileSync(join(folder, 'owner.json'), text);
    const index = openLmdbIndex({ folder });
    await index.commit({ putEntries: [entryOf('card', '1')] });
    await index.close();
  });

  test('names a value of an unknown shape instead of guessing at it', async () => {
    const index = openLmdbIndex({ folder });
    await index.commit({ putEntries: [entryOf('card', '1')] });
    await index.close();
    const raw = open({ path: folder, overlappingSync: false });
    raw.openDB<unknown, [string, string]>({ name: 'entries' }).putSync(['card', '1'], { id: 5 });
    await raw.close();

    const again = openLmdbIndex({ folder });
    await expect(collect(again.entries('card'))).rejects.toMatchObject({ code: 'SW_CHECKPOINT_CORRUPT' });
    await again.close();
  });

  test('a commit that fails half way leaves nothing behind', async () => {
    const index = openLmdbIndex({ folder });
    const bad = { ...entryOf('card', '2'), type: Symbol('not a text') as unknown as string };
    await expect(index.commit({ putEntries: [entryOf('card', '1'), bad] })).rejects.toMatchObject({
      code: 'SW_STORE_FAILED',
    });
    expect(await index.countEntries('card')).toBe(0);
    await index.close();
  });

  test('a commit that fails takes the marks back that it has set and taken away', async () => {
    const index = openLmdbIndex({ folder });
    await index.commit({ putEntries: [entryOf('card', '1')], addMarks: [{ name: 'entries:card', n: 0 }] });
    const bad = { ...entryOf('card', '2', { n: 1 }), type: Symbol('not a text') as unknown as string };

    await expect(
      index.commit({
        dropEntries: [entryOf('card', '1')],
        putEntries: [bad],
        addMarks: [{ name: 'entries:card', n: 7 }],
      }),
    ).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });

    const marked = (name: 'entries:card' | 'rows:card') => [0, 7].filter((n) => index.marks(name).has(n));
    expect([marked('entries:card'), marked('rows:card')]).toEqual([[0], [0]]);
    await index.commit({});
    await index.close();
    const again = openLmdbIndex({ folder });
    expect([again.marks('entries:card').has(0), again.marks('entries:card').has(7)]).toEqual([true, false]);
    await again.close();
  });

  test('names a record of an unknown layout instead of guessing at it', async () => {
    const index = openLmdbIndex({ folder });
    await index.commit({ putRecords: [{ kind: 'person', key: 'p1', n: 0, print: null, entities: [] }] });
    await index.close();
    const raw = open({ path: folder, overlappingSync: false });
    raw
      .openDB<Buffer, [string, string]>({ name: 'records', encoding: 'binary' })
      .putSync(['person', 'p1'], Buffer.of(1, 0));
    await raw.close();

    const again = openLmdbIndex({ folder });
    await expect(again.lookupRecords([{ kind: 'person', key: 'p1' }])).rejects.toMatchObject({
      code: 'SW_CHECKPOINT_CORRUPT',
    });
    await again.close();
  });

  test('a commit survives kill -9 right after it resolved', async () => {
    const { script, remove } = await compiled('commit-then-hang');
    const child = spawn(process.execPath, [script, folder]);
    const exited = once(child, 'exit');
    const ended = await Promise.race([once(child.stdout, 'data').then(() => 'committed'), exited.then(() => 'ended')]);
    child.kill('SIGKILL');
    await exited;
    remove();
    expect(ended).toBe('committed');
    const index = openLmdbIndex({ folder });
    expect(await index.countEntries('card')).toBe(1);
    await index.close();
  });
});
