import { expect, test } from 'vitest';
import { proxyAddress } from '../../src/beside/options.ts';
import { integrationSchema, parseConfig } from '../../src/supervise/config.ts';

const base = {
  id: 'hq',
  mode: 'beside',
  source: { kind: 'sipass', url: 'https://sipass.example:8745', username: 'u', password: 'p', profile: 'mp28x' },
  target: {
    kind: 'security-center',
    url: 'https://sc.example:4590/WebSdk',
    username: 'u',
    password: 'p',
    applicationId: 'a',
  },
};
const webhook = { kind: 'webhook', url: 'https://ops.example/do' };
const read = (integration: object) => parseConfig(JSON.stringify({ integrations: [integration] }), 'reading it', {});
const rungsOf = (integration: object) => integrationSchema.parse(integration).policy.ladder.rungs;

test('without a word more a role named SiPass is watched, with its proxy beside SiPass on port 5645', () => {
  const { beside, source, policy } = integrationSchema.parse(base);

  expect(beside).toMatchObject({
    role: 'SiPass',
    credentials: false,
    compare: ['Cardholder', 'CardholderGroup', 'Credential'],
  });
  expect(proxyAddress(beside, source.url)).toEqual({ host: 'sipass.example', port: 5645 });
  // A full synchronization that changes no count for an hour is not stuck.
  expect(policy.synchronization.stall).toMatchObject({ floorMs: 3_600_000, capMs: 14_400_000 });
});

test('without providers every rung is a person with steps, and no step is for another role', () => {
  const rungs = rungsOf({ ...base, beside: { role: 'Access $& North' } });

  expect(rungs.map(({ id }) => id)).toEqual(['synchronize', 'restart-plugin', 'restart-server', 'restart-proxy']);
  for (const { remedy, steps, mode } of rungs) {
    expect([remedy, mode]).toEqual(['person', 'delta']);
    expect(steps.length).toBeGreaterThan(3);
  }
  expect(rungs[0]?.steps.join(' ')).toContain('Access $& North');
});

test('each configured provider takes the place of a person', () => {
  const remedies = { 'start-synchronization': webhook, 'restart-proxy': webhook };

  expect(rungsOf({ ...base, remedies }).map(({ id, remedy, mode }) => [id, remedy, mode])).toEqual([
    ['synchronize', 'synchronize', 'full'],
    ['restart-plugin', 'person', 'delta'],
    ['restart-server', 'person', 'delta'],
    ['restart-proxy', 'restart-proxy', 'delta'],
  ]);
});

test('a ladder and a patience of their own stay as they are, and what was read is read again as the same', () => {
  const own = { rungs: [{ id: 'call', title: 'Call', remedy: 'person', impact: '-', mode: 'delta' }] };
  const policy = { ladder: own, synchronization: { stall: { floorMs: 5 } } };
  const once = integrationSchema.parse({ ...base, policy });

  expect(once.policy.ladder.rungs.map(({ id }) => id)).toEqual(['call']);
  expect(once.policy.synchronization.stall.floorMs).toBe(5);
  expect(integrationSchema.parse(structuredClone(once))).toEqual(once);
  const { mode: _, ...plugin } = base;
  expect(rungsOf(plugin).some(({ remedy }) => remedy === 'person')).toBe(false);
});

const rung = (remedy: string, mode = 'delta') => ({
  policy: { ladder: { rungs: [{ id: 'r', title: 'R', remedy, impact: '-', mode }] } },
});

test.each([
  ['a restart of what is no process of ours', rung('restart-plugin'), '"restart-plugin"'],
  ['a start that nobody can give', rung('synchronize', 'full'), '"start-synchronization"'],
  ['a relay of events', { events: { relay: true } }, 'events.relay'],
  ['an unknown key', { beside: { rolle: 'SiPass' } }, 'rolle'],
  ['a type that cannot be compared', { beside: { compare: ['Alarm'] } }, 'beside.compare'],
])('refuses %s', (_, more, named) => {
  expect(() => read({ ...base, ...more })).toThrowError(
    expect.objectContaining({ code: 'SW_CONFIG_INVALID', message: expect.stringContaining(named) }),
  );
});

test('takes a delta run as a rung: to look again needs no provider', () => {
  expect(read({ ...base, ...rung('synchronize') }).integrations).toHaveLength(1);
});
