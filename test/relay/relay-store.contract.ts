/** What every store of the relay's state promises. */
import { describe, expect, test } from 'vitest';
import { noRelayCounters } from '../../src/relay/relay-counters.ts';
import { freshProgress, type RelayRow } from '../../src/relay/relay-state.ts';
import type { RelayStore } from '../../src/relay/relay-store.ts';

export interface StoreHarness {
  readonly store: RelayStore;
  /** The same content, opened again after the first was closed. */
  reopen(): Promise<RelayStore>;
  close(): Promise<void>;
}

export function row(n: number): RelayRow {
  const event = { id: `e-${n}`, sequence: n, at: 1_000 + n, kind: 'opened', entities: [], value: { n: [n, null] } };
  return {
    n,
    event,
    name: { kind: 'custom', id: 1 },
    refs: [
      { type: 'door', key: 'd1' },
      { type: 'person', key: 'p1' },
    ],
    text: 'opened',
    epoch: 0,
    acceptedAt: 5,
    missingSince: null,
    intentAt: null,
    refusals: 0,
  };
}

export function describeRelayStore(name: string, open: () => Promise<StoreHarness>): void {
  const using = async (work: (harness: StoreHarness) => Promise<void>) => {
    const harness = await open();
    try {
      await work(harness);
    } finally {
      await harness.close();
    }
  };

  describe(name, () => {
    test('begins with the state of a relay that has never run', () =>
      using(async ({ store }) => {
        expect(await store.load()).toEqual({ progress: freshProgress, counters: noRelayCounters(), rows: [], ids: [] });
      }));

    test('gives back what was committed, also after it was opened again', () =>
      using(async ({ store, reopen }) => {
        const hole = { from: 3, to: 4, fromAt: 1, toAt: 2, since: 3, tries: 0, lost: false };
        const window = { from: 0, to: 9, cursor: { next: '7' }, until: 4, pages: 1, tries: 0 };
        const progress = { ...freshProgress, cursor: { after: 9 }, highest: 9, holes: [hole], windows: [window] };
        const counters = { ...noRelayCounters(), received: 7, droppedByKind: { 'odd: no rule': 2 } };
        await store.commit({ progress, counters, putRows: [row(1), row(2)], putIds: [{ n: 1, id: 'e-1' }] });
        await store.commit({ putRows: [{ ...row(2), intentAt: 77 }] });

        const again = await reopen();

        expect(await again.load()).toEqual({
          progress,
          counters,
          rows: [row(1), { ...row(2), intentAt: 77 }],
          ids: [{ n: 1, id: 'e-1' }],
        });
      }));

    test('drops before it puts', () =>
      using(async ({ store }) => {
        await store.commit({ putRows: [row(1), row(2)], putIds: [{ n: 1, id: 'e-1' }] });
        await store.commit({ dropRows: [1, 2], putRows: [row(2)], dropIds: [{ n: 1, id: 'e-1' }] });

        expect(await store.load()).toMatchObject({ rows: [{ n: 2 }], ids: [] });
      }));
  });
}
