/** The page about remedies: its examples are read, and its receiver takes what a webhook sends. */
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { systemClock } from '../../src/core/clock.ts';
import { errorTable } from '../../src/core/errors.ts';
import { createRemedy, remedySchema } from '../../src/remedies/create-remedy.ts';
import { systemdOptionsSchema, systemdRestartArgv, systemdStatusArgv } from '../../src/remedies/presets/systemd.ts';
import type { RemedyUse } from '../../src/remedies/remedy.ts';
import { quote } from '../../src/remedies/shell-quoting.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/remedies.md'), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text ?? '');

describe('the page about remedies', () => {
  test('shows an example of every kind, and each is read', () => {
    const examples = blocks('yaml')
      .map((text) => parse(text))
      .filter((example) => 'restart-proxy' in example)
      .map((example) => remedySchema.parse(example['restart-proxy']));

    expect(new Set(examples.map(({ kind }) => kind))).toEqual(
      new Set(remedySchema.options.map((option) => option.shape.kind.value)),
    );
  });

  test('allows exactly what is run: sudo, and the forced command of SSH', () => {
    const options = systemdOptionsSchema.parse({ kind: 'systemd', unit: 'sipass-proxy.service' });

    expect(page).toContain(`NOPASSWD: /usr/bin/${systemdRestartArgv(options).join(' ')}\n`);
    expect(page).toContain(`"${quote(systemdRestartArgv(options), 'posix')}") exec`);
    expect(quote(systemdStatusArgv(options, false), 'posix')).toMatch(/^systemctl show .* -- sipass-proxy\.service$/);
  });

  test('names only errors that exist', () => {
    const named = [...page.matchAll(/`(SW_[A-Z_]+)`/g)].map(([, code]) => code ?? '');

    expect(named.filter((code) => !Object.hasOwn(errorTable, code))).toEqual([]);
  });
});

describe('the receiver of the page', () => {
  const file = join(tmpdir(), `syncwarden-receiver-${process.pid}.mjs`);
  const secret = 'a-secret-shared-by-both';
  afterAll(() => rmSync(file, { force: true }));

  test('does genuine work once per key, and refuses strangers and the past', async () => {
    writeFileSync(file, (blocks('js')[0] ?? '').replace('process.env.RESTART_SECRET', JSON.stringify(secret)));
    const { serve } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
      serve(restart: () => string): Server;
    };
    let restarts = 0;
    const server = serve(() => `restart ${++restarts}`).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
    const remedy = (key: string) =>
      createRemedy(remedySchema.parse({ kind: 'webhook', url, secret: key }), {
        ...{ clock: systemClock, variables: {}, random: Math.random },
      });
    const use: RemedyUse = {
      ...{ integration: 'hq', rung: 'restart-proxy', idempotencyKey: 'hq:1', fencingToken: 4, startedAt: 0 },
      signal: new AbortController().signal,
    };

    expect(await remedy(secret).act(use)).toContain('restart 1');
    expect(await remedy(secret).act(use)).toContain('restart 1');
    expect(await remedy(secret).act({ ...use, idempotencyKey: 'hq:2' })).toContain('restart 2');
    await expect(remedy(secret).act({ ...use, fencingToken: 3 })).rejects.toMatchObject({ code: 'SW_FENCED' });
    await expect(remedy('the-secret-of-a-stranger').act(use)).rejects.toThrow('status 401');
    server.close();
  });
});
