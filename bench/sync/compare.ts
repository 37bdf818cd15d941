/** Passing over entities that have not changed, against hashing the same bytes once. */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { invariant } from '../../src/core/errors.ts';
import { emptyCheckpoint } from '../../src/sync/checkpoint.ts';
import { Claims } from '../../src/sync/claims.ts';
import { openLmdbIndex } from '../../src/sync/index/lmdb-index.ts';
import type { MappingStep } from '../../src/sync/mapping.ts';
import { sift } from '../../src/sync/page.ts';
import { fingerprint, printSeed } from '../../src/sync/relations.ts';
import type { Case } from '../harness/case.ts';
import { personAt, personMapping } from './generated-site.ts';

const pageSize = 500;

export const compare: Case = async ({ directory, quick, tell }) => {
  const size = quick ? 2_000 : 1_000_000;
  const index = openLmdbIndex({ folder: join(directory, 'index') });
  const step = personMapping.steps[0] as MappingStep; // the mapping has one
  const seed = printSeed(personMapping, 'person', emptyCheckpoint);
  const pageAt = (from: number) =>
    Array.from({ length: Math.min(pageSize, size - from) }, (_, at) => ({
      kind: 'person',
      key: `p${from + at}`,
      value: personAt(from + at),
    }));
  for (let from = 0; from < size; from += pageSize) {
    await index.commit({
      putRecords: pageAt(from).map(({ kind, key, value }, at) => ({
        kind,
        key,
        n: from + at,
        print: fingerprint(seed, { value }),
        entities: [{ type: 'person', key, n: from + at }],
      })),
    });
  }
  const book = { known: emptyCheckpoint, stolen: new Set<string>(), enter: async () => {} };
  const context = { index, claims: new Claims(), book, mapping: personMapping, clock: systemClock };
  let [compareMs, hashMs, unchanged] = [0, 0, 0];
  for (let from = 0; from < size; from += pageSize) {
    const records = pageAt(from);
    const texts = records.map(({ value }) => JSON.stringify(value));
    const startMs = performance.now();
    for (const text of texts) hash('sha256', text, 'hex');
    const hashedMs = performance.now();
    // The context holds what passing over takes; what only writing takes is left out.
    unchanged += (await sift(context as unknown as Parameters<typeof sift>[0], step, records)).unchanged;
    compareMs += performance.now() - hashedMs;
    hashMs += hashedMs - startMs;
  }
  invariant(unchanged === size, 'nothing has changed');
  await index.close();
  tell('compare-unchanged', (compareMs * 1000) / size, 'us/entity', {
    against: 'hashing the same bytes',
    base: (hashMs * 1000) / size,
  });
};
