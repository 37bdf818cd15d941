/** What memory a plugin host needs at a million entities, against a hundred thousand. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { invariant } from '../../src/core/errors.ts';
import type { Case } from '../harness/case.ts';

const answerSchema = z.object({ peak: z.number(), maxRss: z.number() });
const mebibyte = 1024 * 1024;

export const memory: Case = async ({ directory, quick, tell }) => {
  const [small, large] = quick ? [500, 5_000] : [100_000, 1_000_000];
  const base = peakOf(small, join(directory, 'small'));
  const peak = peakOf(large, join(directory, 'large'));
  tell('peak-memory', peak.peak / mebibyte, 'MiB', { against: `${small} entities`, base: base.peak / mebibyte });
  tell('peak-memory-with-mapped-index', peak.maxRss / mebibyte, 'MiB');
};

function peakOf(size: number, folder: string): z.infer<typeof answerSchema> {
  const program = join(import.meta.dirname, 'run-memory-process.js');
  const { stdout, status } = spawnSync(process.execPath, ['--max-semi-space-size=32', program, String(size), folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  invariant(status === 0, `the run of ${size} ends well`);
  return answerSchema.parse(JSON.parse(stdout));
}
