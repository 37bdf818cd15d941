/**
 * The plugin host is killed with SIGKILL again and again in the course of one synchronization, and started again each
 * time. The truth is asked of the simulated servers, not of the engine: nothing is lost, nothing is there twice, and what
 * was written again stays within the pages that were in flight.
 *
 * `SYNCWARDEN_KILLS=100` kills it a hundred times among 20,000 cardholders.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { killMoments } from './kill-moments.ts';
import { type KilledSite, openKilledSite, pageSize } from './killed-host.ts';

const kills = Number(process.env['SYNCWARDEN_KILLS'] ?? 10);
const cardholders = kills >= 100 ? 20_000 : 2_000;
const msMax = kills >= 100 ? 1_500_000 : 180_000;
const pagesInFlight = 4;

/** What each type of the mapping is called in the target. */
const typeNames = {
  cardholder: 'Cardholder',
  credential: 'Credential',
  'cardholder-group': 'CardholderGroup',
} as const;

const counts = z.record(z.string(), z.number());
const truthOfSource = z.looseObject({ eligible: counts });
const truthOfTarget = z.looseObject({ marked: counts, twins: counts });
const tally = z.looseObject({ creates: z.number(), deletes: z.number(), rewrites: z.number(), duplicates: z.number() });
const writes = tally.extend({ byType: z.record(z.string(), tally), writes: z.array(z.unknown()) });

let site: KilledSite;

beforeEach(async () => {
  site = await openKilledSite(cardholders);
}, 120_000);

afterEach(() => site.close());

async function ask<Answer>(url: string, path: string, schema: z.ZodType<Answer>): Promise<Answer> {
  return schema.parse(await (await fetch(new URL(path, url))).json());
}

describe('a plugin host that is killed in mid-run', () => {
  test(
    `${kills} times among ${cardholders} cardholders, loses nothing and makes nothing twice`,
    async () => {
      const startMs = performance.now();
      const ordeal = await site.runThrough(killMoments(kills, 1), cardholders);
      const { eligible } = await ask(site.sourceAdminUrl, '/truth', truthOfSource);
      const { marked, twins } = await ask(site.targetAdminUrl, '/truth?prefix=syncwarden:', truthOfTarget);
      const book = await ask(site.targetAdminUrl, '/writes', writes);
      const creates = Object.values(book.byType).reduce((sum, one) => sum + one.creates, 0);
      const entities = Object.values(marked).reduce((sum, count) => sum + count, 0);
      const { phases, attempts, result } = ordeal;
      const figures = { kills: ordeal.kills, attempts, phases, entities, creates, rewritten: book.rewrites };
      const seconds = Math.round((performance.now() - startMs) / 1000);
      console.info(JSON.stringify({ kind: 'result', cardholders, ...figures, written: result.written, seconds }));

      expect({ outcome: result.outcome, reason: result.reason }).toEqual({ outcome: 'succeeded', reason: null });
      expect(ordeal.kills).toBe(kills);
      for (const [type, name] of Object.entries(typeNames)) {
        expect({ type, count: marked[name] }).toEqual({ type, count: eligible[type] });
      }
      expect(entities).toBe(Object.values(eligible).reduce((sum, count) => sum + count, 0));
      expect(Object.values(twins).filter((count) => count > 0)).toEqual([]);
      expect({ creates, deletes: book.deletes, duplicates: book.duplicates }).toEqual({
        creates: entities,
        deletes: 0,
        duplicates: 0,
      });
      expect(book.rewrites).toBeLessThanOrEqual(kills * pagesInFlight * pageSize);
    },
    msMax,
  );
});
