/** Real processes under load are killed at random moments; what they had told the outside must hold for the next one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { audit } from './support/audit.ts';
import { type Bundle, bundle } from './support/bundle.ts';
import type { Line } from './support/kill-child.ts';
import { KilledProcess } from './support/killed-process.ts';
import { Witness } from './support/witness.ts';

const killsWanted = 300;
/** Processes that follow each other on one directory; as many go on side by side as there are processors to spare. */
const seriesCount = 2;
const seed = Number(process.env['KILL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

let program: Bundle;
beforeAll(async () => {
  program = await bundle(fileURLToPath(new URL('./support/kill-child.ts', import.meta.url)));
});
afterAll(() => program?.remove());

/** The same numbers for the same seed (mulberry32). */
function randomBy(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** One directory, one process after the other, and the witness who hears them all. */
class Series {
  readonly wrong: string[] = [];
  facts = 0;
  openings = 0;
  readonly #directory: string;
  readonly #witness = new Witness();
  readonly #random: (below: number) => number;
  /** Keys that the process which is open now has given to an executor. */
  readonly #begun = new Set<string>();
  #life = 0;

  constructor(directory: string, random: (below: number) => number) {
    this.#directory = directory;
    this.#random = random;
  }

  async run(kills: number): Promise<void> {
    let next = this.#spawn();
    for (this.#life = 1; this.#life <= kills && this.wrong.length === 0; this.#life++) {
      const now = next;
      next = this.#spawn(); // its start costs more than its work: it is done meanwhile
      this.#begun.clear();
      await now.workUntilKilled(this.#moment());
    }
    this.#begun.clear();
    await next.rest();
  }

  #spawn(): KilledProcess {
    return new KilledProcess(program.file, this.#directory, (line) => this.#hear(line));
  }

  /** A third of the kills comes while the runtime opens or soon after; the others after some work. */
  #moment(): { readonly lines: number } | { readonly ms: number } {
    return this.#random(3) === 0 ? { ms: this.#random(40) } : { lines: 1 + this.#random(400) };
  }

  #hear(line: Line): void {
    this.facts += 1;
    if ('states' in line) this.#judge(line);
    else this.#witness.note(line);
    if (line.what === 'ran') this.#begun.add(line.key);
  }

  #judge({ what, states, due }: Extract<Line, { readonly states: unknown }>): void {
    this.openings += 1;
    const forgotten = due.filter((key) => !this.#begun.has(key)).map((key) => `${key} was forgotten`);
    const wrong = [...audit(states, this.#witness), ...forgotten];
    this.wrong.push(...wrong.map((words) => `life ${this.#life}, ${what}: ${words}`));
  }
}

test(`kill -9 at ${killsWanted} random moments breaks no promise`, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'runtime-kill-'));
  const begunAt = performance.now();
  const all = Array.from({ length: seriesCount }, (_, n) => {
    return new Series(join(directory, `${n}`), randomBy(seed + n));
  });
  await Promise.all(all.map((series) => series.run(killsWanted / seriesCount)));
  await rm(directory, { recursive: true, force: true });

  const sum = (of: (series: Series) => number) => all.reduce((total, series) => total + of(series), 0);
  const seconds = ((performance.now() - begunAt) / 1_000).toFixed(1);
  console.log(
    `runtime: ${killsWanted} kills, ${sum((series) => series.openings)} openings, ${sum((series) => series.facts)} facts, ${seconds} s, KILL_SEED=${seed}`,
  );
  expect(
    all.flatMap(({ wrong }) => wrong),
    `KILL_SEED=${seed}`,
  ).toEqual([]);
}, 180_000);
