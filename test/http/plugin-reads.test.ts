/** What is read of a plugin: rejected records by pages, differences as a list or as a stream that tells its end. */
import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { CodedError } from '../../src/core/errors.ts';
import type { PluginReads } from '../../src/http/app-options.ts';
import { type DifferenceView, differenceLineSchema, differenceListSchema } from '../../src/http/plugin-api.ts';
import { openStation } from './station.ts';

const base = '/api/v1/integrations/hq';
const unreachable = () => CodedError.revive('SW_UNREACHABLE', 'SiPass does not answer.');
const difference = (key: string): DifferenceView => ({
  action: 'change',
  type: 'cardholder',
  key,
  id: `id-${key}`,
  fields: [
    { name: 'lastName', source: 'Muster', target: 'Master' },
    { name: 'password', source: 'a', target: 'b' },
  ],
});

interface FakePlugin extends PluginReads {
  readonly asked: (readonly string[] | null)[];
  ended: Promise<unknown>;
}

/** A plugin with these parts, which fails after them when told to; endless ones stop when they are aborted. */
function fakePlugin(parts: readonly (readonly DifferenceView[])[], after: 'end' | 'fail' | 'wait' = 'end'): FakePlugin {
  let end: (reason: unknown) => void = () => {};
  const ended = new Promise<unknown>((resolve) => {
    end = resolve;
  });
  const asked: (readonly string[] | null)[] = [];
  return {
    asked,
    ended,
    events: async () => null,
    async *diff({ types, signal }) {
      asked.push(types);
      try {
        yield* parts;
        if (after === 'fail') throw unreachable();
        if (after === 'wait') await once(signal, 'abort');
      } finally {
        end('ended');
      }
    },
    listRejected: ({ after: from, limit }) =>
      Promise.resolve({
        rejected: [
          {
            type: 'credential',
            key: '7',
            because: 'refused',
            reason: { code: 'SW_REFUSED', message: 'The card number is taken.' },
            origin: { kind: 'cardholder', key: '7' },
            firstAt: 1,
            lastAt: 2,
            tries: 3,
            nextTryAt: 4,
          },
        ],
        next: from === null ? `after-${limit}` : null,
        count: 2,
      }),
  };
}

describe('differences', () => {
  test('are one list when a limit is named, with what should not be read left out', async () => {
    const plugin = fakePlugin([[difference('1'), difference('2')], [difference('3')]]);
    const { app } = await openStation({ plugin: () => plugin });

    const all = differenceListSchema.parse((await app.inject(`${base}/diff?limit=10&types=cardholder,door`)).json());
    const some = differenceListSchema.parse((await app.inject(`${base}/diff?limit=2`)).json());

    expect(all).toMatchObject({ complete: true, differences: [{ key: '1' }, { key: '2' }, { key: '3' }] });
    expect(all.differences[0]?.fields).toEqual([
      { name: 'lastName', source: 'Muster', target: 'Master' },
      { name: 'password', source: '(removed)', target: '(removed)' },
    ]);
    expect(some).toMatchObject({ complete: false, differences: [{ key: '1' }, { key: '2' }] });
    expect(plugin.asked).toEqual([['cardholder', 'door'], null]);
  });

  test.each([
    ['all', 'end', { kind: 'end', count: 2 }],
    ['those before the failure', 'fail', { kind: 'error', code: 'SW_UNREACHABLE' }],
  ] as const)('are a stream of JSON lines without one: %s', async (_, after, last) => {
    const { app } = await openStation({ plugin: () => fakePlugin([[difference('1')], [difference('2')]], after) });

    const answer = await app.inject(`${base}/diff`);
    const lines = answer.body
      .trim()
      .split('\n')
      .map((line) => differenceLineSchema.parse(JSON.parse(line)));

    expect(answer.headers['content-type']).toContain('application/x-ndjson');
    expect(lines).toMatchObject([{ kind: 'difference', key: '1' }, { kind: 'difference', key: '2' }, last]);
  });

  test('that cannot begin are a problem, not a stream that breaks off', async () => {
    const { app } = await openStation({ plugin: () => fakePlugin([], 'fail') });

    const answer = await app.inject(`${base}/diff`);

    expect([answer.statusCode, answer.json()]).toEqual([
      502,
      { code: 'SW_UNREACHABLE', message: 'SiPass does not answer.' },
    ]);
  });

  test('are no longer compared when the reader has gone', async () => {
    const plugin = fakePlugin([[difference('1')]], 'wait');
    const { app } = await openStation({ plugin: () => plugin });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const reader = request({ host: '127.0.0.1', port, path: `${base}/diff` }).end();
    reader.on('error', () => {});
    const [answer] = await once(reader, 'response');
    await once(answer, 'data');
    answer.destroy();

    expect(await plugin.ended).toBe('ended');
  });

  test('are not compared by too many at once', async () => {
    const { app } = await openStation({ plugin: () => fakePlugin([], 'wait') });
    // They end with the station.
    const both = Promise.allSettled([app.inject(`${base}/diff`), app.inject(`${base}/diff`)]);

    const answer = await app.inject(`${base}/diff`);

    expect([answer.statusCode, answer.json().code]).toEqual([429, 'SW_MAILBOX_FULL']);
    await app.close();
    await both;
  });
});

describe('rejected records', () => {
  test('come page by page, with why and when they are tried again', async () => {
    const { app } = await openStation({ plugin: () => fakePlugin([]) });

    const first = (await app.inject(`${base}/rejected?limit=1`)).json();
    const second = (await app.inject(`${base}/rejected?limit=1&after=${first.next}`)).json();

    expect(first).toMatchObject({
      rejected: [{ type: 'credential', reason: { code: 'SW_REFUSED' }, origin: { kind: 'cardholder' }, nextTryAt: 4 }],
      next: 'after-1',
      count: 2,
    });
    expect(second.next).toBeNull();
  });

  test.each([
    ['/api/v1/integrations/nowhere/rejected', 404, 'SW_NOT_FOUND'],
    [`${base}/rejected?limit=0`, 400, 'SW_USAGE'],
    [`${base}/rejected`, 503, 'SW_PLUGIN_STOPPED'],
    [`${base}/diff?types=`, 400, 'SW_USAGE'],
  ])('GET %s is answered with %i %s', async (url, status, code) => {
    const { app } = await openStation();

    const answer = await app.inject(url);

    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  });
});
