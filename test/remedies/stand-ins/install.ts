/** Puts stand-ins of external programs on a PATH of their own: real processes, with a state that the test sets. */
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../src/core/clock.ts';
import type { RemedyEnvironment } from '../../../src/remedies/environment.ts';
import type { RemedyUse } from '../../../src/remedies/remedy.ts';

/** Now, for the clock handed in and for every stand-in: seconds since the epoch. */
export const nowSeconds = 1_795_680_000;

/** As each stand-in prints a time. */
export const iso = (seconds: number) => new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
const pretty = (seconds: number) => `Thu ${iso(seconds).slice(0, 10)} ${iso(seconds).slice(11, 19)} UTC`;
const nanoseconds = (seconds: number) => iso(seconds).replace('Z', '.000123456Z');
export const shown = { unix: (seconds: number) => `@${seconds}`, pretty, nanoseconds };

export const use: RemedyUse = {
  integration: 'hq',
  rung: 'restart-proxy',
  idempotencyKey: 'hq:12.0',
  fencingToken: 3,
  // The intent was committed half a second ago: in the middle of a second, which is all that some programs tell.
  startedAt: nowSeconds * 1_000 - 500,
  signal: new AbortController().signal,
};

type State = Readonly<Record<string, string | number>>;

export interface StandIns {
  readonly environment: RemedyEnvironment;
  /** Begins anew with this state. */
  set(state: State): void;
  /** Each call as one line. */
  calls(): readonly string[];
  remove(): void;
}

export function installStandIns(): StandIns {
  const folder = mkdtempSync(join(tmpdir(), 'syncwarden-stand-ins-'));
  const file = join(folder, 'state');
  for (const name of ['systemctl', 'docker', 'kubectl', 'sc.exe', 'ssh', 'sudo', 'state.sh']) {
    copyFileSync(join(import.meta.dirname, name), join(folder, name));
    chmodSync(join(folder, name), 0o755);
  }
  const nowShown = {
    now: nowSeconds,
    nowPretty: pretty(nowSeconds),
    nowNanoseconds: nanoseconds(nowSeconds),
    nowSecondsIso: iso(nowSeconds),
  };
  const variables = { PATH: `${folder}:${process.env['PATH']}`, STAND_INS: folder, STAND_IN_STATE: file };
  // The pauses between two looks at a service are skipped; everything else takes the time it takes.
  const clock = {
    ...systemClock,
    now: () => nowSeconds * 1_000,
    schedule: (ms: number, callback: () => void) => systemClock.schedule(ms === 1_000 ? 0 : ms, callback),
  };
  return {
    environment: { clock, variables, random: () => 0.5 },
    set(state) {
      const lines = Object.entries({ ...nowShown, ...state }).map(([name, value]) => `${name}='${value}'\n`);
      writeFileSync(file, lines.join(''));
      writeFileSync(`${file}.calls`, '');
    },
    calls: () => readFileSync(`${file}.calls`, 'utf8').trim().split('\n'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
