/** The page for the integrator: its example is valid, and its words and defaults are those of the code. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { notificationsSchema } from '../../src/notify/channel.ts';
import { placeholders } from '../../src/notify/template.ts';

const page = await readFile(resolve(import.meta.dirname, '../../docs/notifications.md'), 'utf8');
const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];

test('shows a valid configuration with a channel of each kind', () => {
  const { notifications } = parse(example) as { notifications: unknown };
  const { channels } = notificationsSchema.parse(notifications);

  expect(new Set(Object.values(channels).map(({ kind }) => kind))).toEqual(
    new Set(['pagerduty', 'email', 'syslog', 'webhook']),
  );
});

test('names every placeholder, and no other', () => {
  const table = page.slice(page.indexOf('### Templates'), page.indexOf('The default is'));
  const rows = table.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name));

  expect([...named].sort()).toEqual([...placeholders].sort());
});

test('names the defaults', () => {
  const { suppressMs, group, retry, outboxMax } = notificationsSchema.parse({});
  expect([suppressMs, group, retry, outboxMax]).toEqual([
    3_600_000,
    { max: 5, windowMs: 60_000 },
    { initialMs: 5_000, maxMs: 300_000, giveUpAfterMs: 86_400_000 },
    100,
  ]);
  for (const text of ['`suppressMs` (1 h)', '`group.max` (5)', '(60 s)', '5 s, doubling', '5 min', '(24 h)', '(100)'])
    expect(page).toContain(text);
});
