/** A real process is killed in the middle of its work; everything it had reported as durable must be there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmbeddedStore } from '../../src/store/embedded-store.ts';
import { fixedClock } from './fixtures.ts';

const appender = fileURLToPath(new URL('./append-until-killed.mjs', import.meta.url));
const root = resolve(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'store-kill-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

// The child runs the compiled store: Node.js 20 does not read TypeScript.
beforeAll(() => {
  for (const room of ['store', 'store/journal', 'core'])
    for (const { name } of readdirSync(join(root, 'src', room), { withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    )) {
      const built = join(root, 'dist/src', room, name.replace(/\.ts$/, '.js'));
      const isFresh = existsSync(built) && statSync(built).mtimeMs >= statSync(join(root, 'src', room, name)).mtimeMs;
      if (!isFresh) throw new Error(`${built} is missing or older than its source: run "npm run build" first`);
    }
});

/** Runs the appending process until it has reported `reports` durable entries; answers the last one it reported. */
async function runAndKill(reports: number): Promise<number> {
  const child = spawn(process.execPath, [appender, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let reported = 0;
  let lastSeq = 0;
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith('open ')) continue;
    lastSeq = Math.max(lastSeq, Number(line));
    if (++reported === reports) child.kill('SIGKILL');
  }
  const [, signal] = await closed;
  expect(signal).toBe('SIGKILL');
  return lastSeq;
}

test('kill -9 at random moments loses nothing that was acknowledged', async () => {
  for (let round = 1; round <= 10; round++) {
    const reports = 1 + Math.floor(Math.random() * 1_500);
    const acknowledged = await runAndKill(reports);

    const store = await openEmbeddedStore({ directory, clock: fixedClock });

    const { lastSeq, records, epoch } = store.recovered;
    const context = `round ${round}, killed after ${reports} reports`;
    expect(lastSeq, context).toBeGreaterThanOrEqual(acknowledged);
    expect(epoch, context).toBe(2 * round);
    for (let seq = lastSeq; seq > lastSeq - 3 && seq > 0; seq--)
      expect(records.get(`door-${seq % 3}`), context).toEqual({ step: seq });
    const history = await store.history({ afterSeq: lastSeq - 50, limit: 100 });
    expect(history.map(({ seq }) => seq)).toEqual(
      Array.from({ length: Math.min(50, lastSeq) }, (_, index) => Math.max(lastSeq - 50, 0) + index + 1),
    );
    await store.close();
  }
});
