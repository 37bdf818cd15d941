import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ComponentFiles, nodeComponentFiles } from '../../src/remedies/component-files.ts';
import { createComponentLock, withComponent } from '../../src/remedies/component-lock.ts';
import { fenced } from '../../src/remedies/fenced.ts';
import type { Remedy } from '../../src/remedies/remedy.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

/** Files that take no time, as the clock takes none: what they hold is never behind it. */
function memoryFiles(): ComponentFiles {
  const files = new Map<string, string>();
  return {
    list: async (folder) => [...files.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path)),
    read: async (path) => files.get(path) ?? null,
    async createWhole(path, _draft, text) {
      if (files.has(path)) return false;
      files.set(path, text);
      return true;
    },
    async remove(path) {
      files.delete(path);
    },
  };
}

const directory = '/components';
let shared: ComponentFiles;
let clock: VirtualClock;
let ids = 0;
beforeEach(() => {
  shared = memoryFiles();
  clock = new VirtualClock();
});

/** A supervisor's view of the folder: several share one. */
const lock = (issuer = 'data-a', files: ComponentFiles = shared) =>
  createComponentLock({ files, directory, newId: () => `id-${++ids}`, clock, issuer });
const claim = (fencingToken: number, holder = `owner ${fencingToken}`) => ({
  component: 'proxy',
  fencingToken,
  holder,
  expiresAfterMs: 30_000,
});

/** Work in the test's hand. */
function work() {
  let finish = () => {};
  let begin = (_: AbortSignal) => {};
  const begun = new Promise<AbortSignal>((resolve) => (begin = resolve));
  const run = (lost: AbortSignal) => {
    begin(lost);
    return new Promise<string>((resolve, reject) => {
      finish = () => resolve('done');
      lost.addEventListener('abort', () => reject(new Error('stopped by its signal')));
    });
  };
  return { run, begun, finish: () => finish() };
}

/** Passes time from timer to timer until the work has come to an end. */
async function untilSettled(promise: Promise<unknown>): Promise<void> {
  let settled = false;
  const done = () => {
    settled = true;
  };
  promise.then(done, done);
  while (!settled) await clock.tick();
}

describe('the lock of a component', () => {
  test('gives way after the work, and to the next one', async () => {
    expect(await withComponent(lock(), claim(1), async () => 'first')).toBe('first');
    expect(await withComponent(lock(), claim(1), async () => 'second')).toBe('second');
    await expect(withComponent(lock(), claim(1), () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await withComponent(lock(), claim(1), async () => 'third')).toBe('third');
  });

  test('tells a second one who holds it', async () => {
    const { run, begun, finish } = work();
    const first = withComponent(lock(), claim(1, 'restart-proxy of hq'), run);
    await begun;

    await expect(withComponent(lock(), claim(1), async () => 'second')).rejects.toMatchObject({
      code: 'SW_NOT_NOW',
      message: expect.stringContaining('found restart-proxy of hq, since 2023-11-14T22:13:20.000Z'),
    });
    expect(await withComponent(lock(), { ...claim(1), component: 'other' }, async () => 'free')).toBe('free');
    finish();
    await first;
  });

  test('lets a second one wait, as long as it likes', async () => {
    const { run, begun, finish } = work();
    const first = withComponent(lock(), claim(1), run);
    await begun;
    const patient = withComponent(lock(), { ...claim(1), waitMs: 60_000 }, async () => 'second');
    const impatient = withComponent(lock(), { ...claim(1), waitMs: 2_000 }, async () => 'third');
    const aborted = withComponent(lock(), { ...claim(1), waitMs: 60_000, signal: AbortSignal.abort('over') }, run);

    const refused = expect(impatient).rejects.toMatchObject({ code: 'SW_NOT_NOW' });
    const over = expect(aborted).rejects.toBe('over');
    await untilSettled(impatient);
    finish();
    await untilSettled(patient);

    expect([await first, await patient]).toEqual(['done', 'second']);
    await Promise.all([refused, over]);
  });

  test('refuses an older token for good, also when nobody holds it', async () => {
    await withComponent(lock(), claim(7), async () => {});

    const stale = withComponent(lock(), claim(6), async () => 'acted');

    await expect(stale).rejects.toMatchObject({
      code: 'SW_FENCED',
      message: expect.stringContaining('higher token, 7'),
    });
  });

  test('does not compare the tokens of two data directories, but lets neither act beside the other', async () => {
    await withComponent(lock('data-a'), claim(7), async () => {});
    const { run, begun, finish } = work();
    const other = withComponent(lock('data-b'), claim(1), run);
    await begun;

    await expect(withComponent(lock('data-a'), claim(7), async () => {})).rejects.toMatchObject({ code: 'SW_NOT_NOW' });
    finish();
    await other;
  });

  test('is held for as long as the work takes', async () => {
    const { run, begun, finish } = work();
    const first = withComponent(lock(), claim(1), run);
    await begun;

    await clock.advance(10 * 30_000);
    await expect(withComponent(lock(), claim(1), async () => {})).rejects.toMatchObject({ code: 'SW_NOT_NOW' });
    finish();
    expect(await first).toBe('done');
    expect(await shared.list(directory)).toHaveLength(1);
  });

  test('is free again when the lease of a dead holder has expired', async () => {
    // As a process that was killed: the record is there, and nobody renews it.
    const taken = await lock().tryTake(claim(1));
    expect(taken).toHaveProperty('lost');
    const dead = new VirtualClock(clock.now());

    const asSeenBy = (at: VirtualClock) =>
      createComponentLock({ files: shared, directory, newId: () => `id-${++ids}`, clock: at, issuer: 'a' });
    dead.jump(29_999);
    await expect(withComponent(asSeenBy(dead), claim(1), async () => {})).rejects.toMatchObject({ code: 'SW_NOT_NOW' });
    dead.jump(1);

    expect(await withComponent(asSeenBy(dead), claim(1), async () => 'mine')).toBe('mine');
  });

  test('an owner that was taken over is stopped in the middle, and told so', async () => {
    const { run, begun } = work();
    const old = withComponent(lock(), claim(1), run);
    const fencedOff = expect(old).rejects.toMatchObject({ code: 'SW_FENCED' });
    await begun;

    const next = withComponent(lock(), { ...claim(2), waitMs: 60_000 }, async () => 'the new owner acts');
    await untilSettled(next);

    await fencedOff;
    expect(await next).toBe('the new owner acts');
    // Made room long before its lease was over.
    expect(clock.monotonic()).toBeLessThan(15_000);
    await expect(withComponent(lock(), claim(1), async () => {})).rejects.toMatchObject({ code: 'SW_FENCED' });
  });

  test('a holder that slept past its lease learns that it was taken', async () => {
    const { run, begun } = work();
    const sleeper = withComponent(lock(), claim(1), run);
    const fencedOff = expect(sleeper).rejects.toMatchObject({ code: 'SW_FENCED' });
    await begun;
    clock.jump(30_000);
    const other = work();
    const taker = withComponent(lock(), claim(1), other.run);
    await other.begun;

    await untilSettled(sleeper);

    await fencedOff;
    other.finish();
    expect(await taker).toBe('done');
  });

  test('a disk that hiccups is given until the expiry, and no longer', async () => {
    let broken = false;
    const files: ComponentFiles = {
      ...shared,
      list: (path) => (broken ? Promise.reject(new Error('EIO')) : shared.list(path)),
    };
    const { run, begun } = work();
    const acting = withComponent(lock('data-a', files), claim(1), run);
    const lost = expect(acting).rejects.toMatchObject({ code: 'SW_FENCED', message: expect.stringContaining('renew') });
    const signal = await begun;
    broken = true;

    await clock.advance(29_000);
    expect(signal.aborted).toBe(false);
    await clock.advance(1_000);

    await lost;
  });

  test('a process that slept creates a generation that is long gone, and does not take the lock by it', async () => {
    await withComponent(lock(), claim(1), async () => {});
    let asleep = async () => {};
    const files: ComponentFiles = {
      ...shared,
      async read(path) {
        const text = await shared.read(path);
        const others = asleep;
        asleep = async () => {};
        await others(); // between what it read and what it writes, others act
        return text;
      },
    };
    const holder = work();
    let holding: Promise<string> = Promise.resolve('');
    asleep = async () => {
      for (let i = 0; i < 3; i++) await withComponent(lock(), claim(1), async () => {});
      holding = withComponent(lock(), claim(1), holder.run);
      await holder.begun;
    };

    await expect(withComponent(lock('data-a', files), claim(1), async () => {})).rejects.toMatchObject({
      code: 'SW_NOT_NOW',
    });

    holder.finish();
    expect(await holding).toBe('done');
  });

  test('a record that cannot be read lets nobody act', async () => {
    await shared.createWhole(join(directory, 'component-proxy.000000000001.json'), '', '{}');

    await expect(withComponent(lock(), claim(1), async () => {})).rejects.toMatchObject({ code: 'SW_REMEDY_FAILED' });
  });
});

describe('the files of this machine', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'syncwarden-component-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const options = (path: string) =>
    createComponentLock({ files: nodeComponentFiles, directory: path, newId: () => `id-${++ids}`, clock, issuer: 'a' });

  test('hold one record for each component, in a folder that is made when it is needed', async () => {
    const path = join(folder, 'not', 'there', 'yet');

    await withComponent(options(path), claim(7), async () => {});
    await withComponent(options(path), { ...claim(1), component: 'other' }, async () => {});

    expect(readdirSync(path).sort()).toEqual([
      'component-other.000000000002.json',
      'component-proxy.000000000002.json',
    ]);
    await expect(withComponent(options(path), claim(6), async () => {})).rejects.toMatchObject({ code: 'SW_FENCED' });
  });

  test('are created once, whole, and leave no draft', async () => {
    const [path, draft] = [join(folder, 'a'), join(folder, 'draft')];
    const made = await Promise.all(['1', '2', '3'].map((n) => nodeComponentFiles.createWhole(path, draft + n, n)));

    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await nodeComponentFiles.read(path)).toBe(String(made.indexOf(true) + 1));
    expect(readdirSync(folder)).toEqual(['a']);
  });

  test('that cannot be written let nobody act', async () => {
    mkdirSync(join(folder, 'parent'));
    writeFileSync(join(folder, 'parent', 'file'), 'no folder');

    const acting = withComponent(options(join(folder, 'parent', 'file')), claim(1), async () => {});

    await expect(acting).rejects.toMatchObject({ code: 'SW_DATA_UNWRITABLE' });
  });
});

describe('a fenced remedy', () => {
  const use = {
    ...{ integration: 'hq', rung: 'restart-proxy', idempotencyKey: 'hq:1', fencingToken: 4, startedAt: 0 },
    signal: new AbortController().signal,
  };
  const remedy: Remedy = { act: async () => 'restarted', wasDone: async () => true };

  test('acts with the lock, and asks without it', async () => {
    const locked = fenced(remedy, { lock: lock(), component: 'proxy' });

    expect(await locked.act(use)).toBe('restarted');
    await expect(locked.act({ ...use, fencingToken: 3 })).rejects.toMatchObject({ code: 'SW_FENCED' });
    expect(await locked.wasDone({ ...use, fencingToken: 3 })).toBe(true);
  });

  test('of two integrations, only one acts on what both share', async () => {
    const { run, begun, finish } = work();
    const slow = fenced({ ...remedy, act: ({ signal }) => run(signal) }, { lock: lock(), component: 'proxy' });
    const acting = slow.act(use);
    await begun;

    const other = fenced(remedy, { lock: lock(), component: 'proxy' }).act({ ...use, integration: 'branch' });

    await expect(other).rejects.toThrow('found restart-proxy of hq');
    finish();
    expect(await acting).toBe('done');
  });

  test('a name that is no file name is refused when it is made', () => {
    expect(() => fenced(remedy, { lock: lock(), component: '../proxy' })).toThrow('lower case letters');
  });
});
