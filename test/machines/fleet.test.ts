/** The fleet: storms, exclusion on shared components, the brake and the dry run. */
import { describe, expect, test } from 'vitest';
import { type FleetContext, fleetPolicySchema } from '../../machines/fleet/memory.ts';
import { fleetMachine, fleetTimers } from '../../machines/index.ts';
import type { Json } from '../../src/core/json.ts';
import { moveTimers } from '../../src/core/timer-policy.ts';
import { Driver } from './driver.ts';

/** Integrations on the servers and proxies named; each server and proxy is a component. */
function fleetOf(sites: { readonly [id: string]: { server: string; proxy?: string } }, policy: object = {}): Driver {
  const parsed = fleetPolicySchema.parse(policy) as unknown as Json;
  const driver = new Driver(fleetMachine, { policy: parsed });
  const members = Object.fromEntries(
    Object.entries(sites).map(([id, { server, proxy }]) => [
      id,
      {
        server,
        source: `https://${id}.example`,
        target: 'https://directory.example',
        components: {
          'restart-plugin': `plugin:${id}`,
          'restart-server': `server:${server}`,
          ...(proxy ? { 'restart-proxy': proxy } : {}),
        },
      },
    ]),
  );
  return driver.send('fleet.configured', { policy: parsed, members });
}

const five = {
  a: { server: 's1' },
  b: { server: 's2' },
  c: { server: 's3' },
  d: { server: 's4' },
  e: { server: 's5' },
};
const contextOf = (driver: Driver) => driver.context as unknown as FleetContext;
const stateOf = (driver: Driver) => driver.value as { storm: string; claims: string };
const verdictOf = (driver: Driver, claim: string) => contextOf(driver).claims[claim]?.verdict ?? null;
const ask = (driver: Driver, claim: string, remedy: string, more: object = {}) =>
  driver.send('claim.asked', {
    claim,
    integration: claim.split('/')[0],
    rung: remedy,
    remedy,
    holdMs: 60_000,
    since: driver.at,
    manual: false,
    ...more,
  });
const fails = (driver: Driver, integration: string, code = 'unreachable') =>
  driver.send('condition.told', { integration, because: { code, message: 'It fails.' } });
const heals = (driver: Driver, integration: string) => driver.send('condition.told', { integration, because: null });

describe('a storm', () => {
  test('begins with the failure that is one too many, and holds every ladder', () => {
    const driver = fleetOf(five);
    fails(fails(driver, 'a'), 'b');
    expect(stateOf(driver).storm).toBe('calm');

    fails(driver, 'c');

    expect(stateOf(driver).storm).toBe('holding');
    ask(driver, 'a/1', 'restart-server');
    expect(verdictOf(driver, 'a/1')).toMatchObject({ verdict: 'later', reason: { code: 'storm' } });
    expect(driver.pages).toMatchObject([{ kind: 'storm', among: ['a', 'b', 'c'] }]);
  });

  test('is none when the failures are spread over more time', () => {
    const driver = fleetOf(five);
    fails(driver, 'a').later(121_000);
    fails(fails(driver, 'b'), 'c');

    expect(stateOf(driver).storm).toBe('calm');
  });

  test('is none when a server that they share explains it', () => {
    const driver = fleetOf({ a: { server: 's1' }, b: { server: 's1' }, c: { server: 's1' } });
    for (const one of ['a', 'b', 'c']) fails(driver, one, 'plugin-lost');

    expect(stateOf(driver).storm).toBe('calm');
  });

  test('a shared server does not explain that the other side is gone', () => {
    const driver = fleetOf({ a: { server: 's1' }, b: { server: 's1' }, c: { server: 's1' } });
    for (const one of ['a', 'b', 'c']) fails(driver, one, 'unreachable');

    expect(stateOf(driver).storm).toBe('holding');
  });

  test('a proxy explains it only when everything behind it fails', () => {
    const sites = { a: { server: 's1', proxy: 'p' }, b: { server: 's2', proxy: 'p' }, c: { server: 's3', proxy: 'p' } };
    const all = fleetOf(sites);
    for (const one of ['a', 'b', 'c']) fails(all, one);
    expect(stateOf(all).storm).toBe('calm');

    const most = fleetOf({ ...sites, d: { server: 's4', proxy: 'p' } });
    for (const one of ['a', 'b', 'c']) fails(most, one);
    expect(stateOf(most).storm).toBe('holding');
  });

  test('ends in a rest, and a second storm begins from there', () => {
    const driver = fleetOf(five);
    for (const one of ['a', 'b', 'c']) fails(driver, one);
    heals(driver, 'a');
    expect(stateOf(driver).storm).toBe('cooling');
    expect(verdictOf(ask(driver, 'b/1', 'restart-server'), 'b/1')).toMatchObject({ verdict: 'later' });

    fails(fails(driver, 'd'), 'e');
    expect(stateOf(driver).storm).toBe('holding');

    heals(heals(heals(driver, 'b'), 'c'), 'd').fire('coolDown');

    expect(stateOf(driver).storm).toBe('calm');
    expect(verdictOf(ask(driver, 'e/1', 'restart-server'), 'e/1')).toMatchObject({ verdict: 'granted' });
  });

  test('that does not end lets one at a time act', () => {
    const driver = fleetOf(five);
    for (const one of ['a', 'b', 'c']) fails(driver, one);
    driver.fire('stormHold');

    ask(ask(driver, 'a/1', 'restart-server'), 'b/1', 'restart-server');

    expect(verdictOf(driver, 'a/1')).toMatchObject({ verdict: 'granted' });
    expect(verdictOf(driver, 'b/1')).toBeNull();
    driver.send('claim.released', { claim: 'a/1', outcome: 'done' });
    expect(verdictOf(driver, 'b/1')).toMatchObject({ verdict: 'granted' });
  });
});

describe('a component', () => {
  const shared = { a: { server: 's' }, b: { server: 's' }, c: { server: 't' } };

  test('is in one hand at a time, and one restart serves all that wait for it', () => {
    const driver = fleetOf(shared);
    ask(ask(ask(driver, 'a/1', 'restart-server'), 'b/1', 'restart-server'), 'c/1', 'restart-server');
    expect(verdictOf(driver, 'a/1')).toMatchObject({
      verdict: 'granted',
      message: 'server:s is free; it touches a, b.',
    });
    expect(verdictOf(driver, 'b/1')).toBeNull();
    expect(verdictOf(driver, 'c/1')).toMatchObject({ verdict: 'granted' });

    driver.later(5_000).send('claim.released', { claim: 'a/1', outcome: 'done' });

    expect(verdictOf(driver, 'b/1')).toMatchObject({ verdict: 'served' });
  });

  test('goes to the next one when the remedy of the first has failed', () => {
    const driver = fleetOf(shared);
    ask(ask(driver, 'a/1', 'restart-server'), 'b/1', 'restart-server');
    driver.later(5_000).send('claim.released', { claim: 'a/1', outcome: 'failed' });

    expect(verdictOf(driver, 'b/1')).toMatchObject({ verdict: 'granted' });
  });

  test('is in no other hand while the server that carries it is, and the other way round', () => {
    const both = { a: { server: 's1' }, b: { server: 's1' } };
    const serverFirst = ask(fleetOf(both), 'a/1', 'restart-server');
    expect(verdictOf(ask(serverFirst, 'b/1', 'restart-plugin'), 'b/1')).toBeNull();

    const pluginFirst = ask(fleetOf(both), 'b/1', 'restart-plugin');
    expect(verdictOf(ask(pluginFirst, 'a/1', 'restart-server'), 'a/1')).toBeNull();
    expect(verdictOf(ask(pluginFirst, 'a/2', 'restart-plugin'), 'a/2')).toMatchObject({ verdict: 'granted' });
  });

  test('counts as restarted when the server that carries it was', () => {
    const driver = fleetOf({ a: { server: 's1' }, b: { server: 's1' } });
    ask(driver, 'a/1', 'restart-server');
    ask(driver, 'b/1', 'restart-plugin').later(1_000);
    driver.send('claim.released', { claim: 'a/1', outcome: 'done' });

    expect(verdictOf(driver, 'b/1')).toMatchObject({ verdict: 'served' });
  });

  test('is restarted once more for who had it restarted in vain: its own remedy serves others alone', () => {
    const driver = fleetOf(shared);
    ask(driver, 'a/1', 'restart-server').later(5_000);
    // The remedy has answered; then it settles, and only then is the component given back.
    const since = driver.at;
    driver.later(15_000).send('claim.released', { claim: 'a/1', outcome: 'done' });

    expect(verdictOf(ask(driver, 'a/2', 'restart-server', { since }), 'a/2')).toMatchObject({ verdict: 'granted' });
  });

  test('that a person had restarted for the same integration counts as restarted', () => {
    const driver = fleetOf(shared);
    const since = driver.at;
    ask(driver, 'a/task/1', 'restart-server', { manual: true }).later(5_000);
    driver.send('claim.released', { claim: 'a/task/1', outcome: 'done' });

    expect(verdictOf(ask(driver, 'a/1', 'restart-server', { since }), 'a/1')).toMatchObject({ verdict: 'served' });
  });

  test('that was restarted before the incident began is restarted again', () => {
    const driver = fleetOf(shared);
    ask(driver, 'a/1', 'restart-server').later(5_000).send('claim.released', { claim: 'a/1', outcome: 'done' });
    driver.later(60_000);

    expect(verdictOf(ask(driver, 'b/1', 'restart-server'), 'b/1')).toMatchObject({ verdict: 'granted' });
  });

  test('is taken out of hands that keep it for too long', () => {
    const driver = fleetOf(shared);
    ask(ask(driver, 'a/1', 'restart-server'), 'b/1', 'restart-server');
    expect(stateOf(driver).claims).toBe('guarding');
    driver.fire('expiry');

    expect(verdictOf(driver, 'b/1')).toMatchObject({ verdict: 'granted' });
    driver.fire('expiry');
    expect(stateOf(driver).claims).toBe('serving');
    expect(contextOf(driver).holders).toEqual({});
  });

  test('is measured from when it was taken, whoever asks or gives back another one meanwhile', () => {
    const driver = fleetOf({ ...shared, c: { server: 't' } });
    ask(driver, 'a/1', 'restart-server').later(50_000);
    ask(ask(driver, 'c/1', 'restart-server'), 'b/1', 'restart-server').later(1_000);
    driver.send('claim.released', { claim: 'c/1', outcome: 'done' });
    driver.fire('expiry');

    expect(driver.at).toBe(1_000 + 90_000);
    expect(verdictOf(driver, 'b/1')).toMatchObject({ verdict: 'granted' });
  });

  test('of several the next is measured when the first is given back, and none is forgotten', () => {
    const driver = fleetOf({ ...shared, c: { server: 't' } });
    ask(ask(driver, 'a/1', 'restart-server'), 'c/1', 'restart-server', { holdMs: 5_000 }).later(20_000);
    driver.send('claim.released', { claim: 'a/1', outcome: 'done' });
    expect(driver.delayOf('expiry')).toBe(35_000);
    driver.fire('expiry');

    expect(contextOf(driver).holders).toEqual({});
  });

  test('stays in the hands of whoever takes up a remedy again after the supervisor was away for an hour', () => {
    const driver = fleetOf(shared);
    ask(driver, 'a/1', 'restart-server').later(80_000);
    const policyOf = () => fleetTimers.expiry;
    const moved = moveTimers(driver.instance, { lastAliveAt: driver.at, at: driver.later(3_600_000).at, policyOf });
    driver.instance = moved?.instance ?? driver.instance;
    ask(driver.later(5_000), 'b/1', 'restart-server');

    expect(contextOf(driver).holders['server:s']?.claim).toBe('a/1');
    expect(verdictOf(driver, 'b/1')).toBeNull();
    expect(driver.delayOf('expiry')).toBe(90_000);
  });

  test('a clock that is set back by a year leaves it in no hand for longer, and no budget spent for longer', () => {
    const driver = fleetOf(shared, { budget: { max: 2, windowMs: 3_600_000 } });
    ask(ask(driver, 'a/1', 'restart-server'), 'b/1', 'restart-server');
    driver.at -= 365 * 86_400_000;
    ask(driver, 'b/2', 'restart-server');
    expect(driver.delayOf('expiry')).toBe(90_000);

    driver.fire('expiry');
    expect(verdictOf(driver, 'b/1')).toMatchObject({ verdict: 'granted' });
    driver.send('claim.released', { claim: 'b/1', outcome: 'failed' });
    expect(verdictOf(driver, 'b/2')).toMatchObject({ verdict: 'later', reason: { code: 'fleet-budget' } });
    driver.later(3_600_001);
    expect(verdictOf(ask(driver, 'b/3', 'restart-server'), 'b/3')).toMatchObject({ verdict: 'granted' });
  });

  test('asking twice is asking once, and a stranger gives nothing back', () => {
    const driver = fleetOf(shared);
    ask(ask(driver, 'a/1', 'restart-server'), 'a/1', 'restart-server');
    driver.send('claim.released', { claim: 'z/9', outcome: 'done' });

    expect(Object.keys(contextOf(driver).holders)).toEqual(['server:s']);
  });

  test('that touches too many is declined, but not to a person', () => {
    const driver = fleetOf(shared, { blastRadiusMax: 1 });
    ask(ask(driver, 'a/1', 'restart-server'), 'b/1', 'restart-server', { manual: true });

    expect(verdictOf(driver, 'a/1')).toEqual({
      verdict: 'declined',
      message: 'it would touch 2 integrations; 1 is the limit',
    });
    expect(verdictOf(driver, 'b/1')).toMatchObject({ verdict: 'granted' });
  });
});

describe('directives', () => {
  test('the brake stops every ladder, not a person', () => {
    const driver = fleetOf(five).send('brake.applied', { by: 'ana', reason: 'Works.' });
    ask(ask(driver, 'a/1', 'synchronize'), 'b/1', 'restart-server', { manual: true });

    expect(verdictOf(driver, 'a/1')).toMatchObject({ verdict: 'later', reason: { code: 'braked' } });
    expect(verdictOf(driver, 'b/1')).toMatchObject({ verdict: 'granted' });
    driver.send('brake.released', { by: 'ana' });
    expect(verdictOf(ask(driver, 'a/2', 'synchronize'), 'a/2')).toMatchObject({ verdict: 'granted' });
  });

  test('a dry run rehearses everything', () => {
    const driver = fleetOf(five).send('dry-run.begun', { by: 'ana' });

    expect(verdictOf(ask(driver, 'a/1', 'restart-server'), 'a/1')).toMatchObject({ verdict: 'rehearse' });
    driver.send('dry-run.ended', { by: 'ana' });
    expect(verdictOf(ask(driver, 'a/2', 'restart-server'), 'a/2')).toMatchObject({ verdict: 'granted' });
  });

  test('the budget over all integrations counts the robot, not persons', () => {
    const driver = fleetOf(five, { budget: { max: 1, windowMs: 3_600_000 } });
    ask(driver, 'a/1', 'restart-server', { manual: true });
    ask(ask(driver, 'b/1', 'restart-server'), 'c/1', 'restart-server');

    expect(verdictOf(driver, 'b/1')).toMatchObject({ verdict: 'granted' });
    expect(verdictOf(driver, 'c/1')).toMatchObject({ verdict: 'later', reason: { code: 'fleet-budget' } });
    driver.later(3_600_001);
    expect(verdictOf(ask(driver, 'c/2', 'restart-server'), 'c/2')).toMatchObject({ verdict: 'granted' });
  });

  test('answered claims are forgotten in time, those that hold never', () => {
    const driver = fleetOf(five);
    ask(driver, 'a/0', 'restart-server');
    for (let n = 1; n <= 600; n++) ask(driver, `b/${n}`, 'synchronize');

    expect(Object.keys(contextOf(driver).claims).length).toBeLessThanOrEqual(501);
    expect(contextOf(driver).claims['a/0']).toBeDefined();
  });
});
