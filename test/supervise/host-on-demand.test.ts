/** Differences from another process: the host is never further ahead than allowed, and stops when nobody reads. */
import { describe, expect, test } from 'vitest';
import { HostCalls } from '../../src/supervise/plugin-host/host-calls.ts';
import { askOnDemand } from '../../src/supervise/plugin-host/host-on-demand.ts';
import { Outflow } from '../../src/supervise/plugin-host/outflow.ts';
import { type Order, orderSchema } from '../../src/supervise/plugin-host/protocol.ts';
import { settle } from '../support/virtual-clock.ts';

const { signal } = new AbortController();
const part = (key: string) => [{ action: 'create' as const, type: 'cardholder', key }];

/** Calls to a host that only notes what it is told. */
function openCalls() {
  const orders: Order[] = [];
  const calls = new HostCalls((order) => orders.push(orderSchema.parse(order)) > 0);
  return { orders, calls, plugin: askOnDemand(() => calls, 'hq') };
}

describe('the differences of a plugin in another process', () => {
  test('come part by part, each answered by the leave for one more', async () => {
    const { orders, calls, plugin } = openCalls();
    const keys: string[] = [];
    const reading = (async () => {
      for await (const differences of plugin.diff({ types: ['cardholder'], signal }))
        keys.push(...differences.map(({ key }) => key));
    })();
    await settle();
    calls.take({ kind: 'part', call: 1, part: part('7') });
    calls.take({ kind: 'part', call: 1, part: part('8') });
    calls.take({ kind: 'answer', call: 1, value: null });
    await reading;

    expect(keys).toEqual(['7', '8']);
    expect(orders).toEqual([
      { kind: 'diff', call: 1, integration: 'hq', types: ['cardholder'] },
      { kind: 'more', call: 1 },
      { kind: 'more', call: 1 },
    ]);
  });

  test('end with what the plugin threw, after the parts before it', async () => {
    const { calls, plugin } = openCalls();
    const keys: string[] = [];
    const reading = (async () => {
      for await (const differences of plugin.diff({ types: null, signal })) keys.push(differences[0]?.key ?? '');
    })();
    await settle();
    calls.take({ kind: 'part', call: 1, part: part('7') });
    calls.take({ kind: 'error', call: 1, error: { code: 'SW_UNREACHABLE', message: 'Cut.' } });

    await expect(reading).rejects.toMatchObject({ code: 'SW_UNREACHABLE', message: 'Cut.' });
    expect(keys).toEqual(['7']);
  });

  test('are given up when the reader leaves the loop', async () => {
    const { orders, calls, plugin } = openCalls();
    const reading = (async () => {
      for await (const differences of plugin.diff({ types: null, signal })) return differences[0]?.key;
      return null;
    })();
    await settle();
    calls.take({ kind: 'part', call: 1, part: part('7') });

    expect(await reading).toBe('7');
    expect(orders.at(-1)).toEqual({ kind: 'abort', call: 1 });
  });

  test('end when the host does', async () => {
    const { calls, plugin } = openCalls();
    const reading = plugin.diff({ types: null, signal })[Symbol.asyncIterator]().next();
    await settle();
    calls.failAll('the plugin host ended');

    await expect(reading).rejects.toMatchObject({ code: 'SW_PLUGIN_STOPPED' });
  });
});

describe('an answer', () => {
  test('that is none of the protocol is refused', async () => {
    const { calls, plugin } = openCalls();
    const asked = plugin.listRejected({ after: null, limit: 10, signal });
    calls.take({ kind: 'answer', call: 1, value: { rejected: 'many' } });

    await expect(asked).rejects.toMatchObject({ code: 'SW_REPLY_UNEXPECTED' });
  });
});

describe('a sender', () => {
  test('waits when it is as far ahead as it may be, until the reader allows one more', async () => {
    const outflow = new Outflow(2);
    await outflow.turn(signal);
    await outflow.turn(signal);
    let isSent = false;
    const third = outflow.turn(signal).then(() => {
      isSent = true;
    });
    await settle();
    expect(isSent).toBe(false);

    outflow.allow();
    await third;

    expect(isSent).toBe(true);
  });

  test('that waits ends with the reason of its signal', async () => {
    const ending = new AbortController();
    const turn = new Outflow(0).turn(ending.signal);
    ending.abort(new Error('Nobody reads.'));

    await expect(turn).rejects.toThrow('Nobody reads.');
  });
});
