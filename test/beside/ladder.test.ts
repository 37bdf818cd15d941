/** The whole ladder beside Genetec's role: what it heals through providers, and how it leads a person. */
import { expect, test } from 'vitest';
import { openSite } from '../simulator/genetec-role/site.ts';
import { isWell, provider, supervise, triesOf } from './supervised.ts';

test('an interrupted synchronization is started once more through its provider, and proven by counts', async () => {
  const site = await openSite({ entitiesPerSecond: 200 });
  await site.admin('POST', '/connection/cut', { afterEntities: 16, durationMs: 50 });
  await site.until(({ latest, role }) => latest?.state === 'interrupted' && role.runningState === 'Running');
  const start = provider(site, 'start-synchronization', 'synchronization');
  const { until, context, lastEnd } = await supervise(site, { 'start-synchronization': start });

  await until((now) => now.escalation.past.length === 1 && isWell(now));
  expect(await lastEnd()).toMatchObject({
    output: { decisions: expect.arrayContaining([expect.objectContaining({ what: 'Only counts were compared.' })]) },
  });
  expect(triesOf(context())).toEqual([['synchronize', 'done']]);
  const { asked, latest, expected, owned } = await site.state();
  expect(asked).toMatchObject([
    { action: 'start-synchronization', idempotencyKey: expect.stringMatching(/^run-\d+\//) },
  ]);
  expect(latest).toMatchObject({ trigger: 'manual', state: 'completed' });
  expect(owned.byType).toEqual(expected.byType);
  expect(context().synchronization.proof).toMatchObject({ depth: 'counts', equal: true });
}, 40_000);

test('a dead proxy is restarted through its provider, and nothing else is', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  const { until, context } = await supervise(site, {
    'start-synchronization': provider(site, 'start-synchronization', 'synchronization'),
    'restart-plugin': provider(site, 'restart-role', 'role'),
    'restart-server': provider(site, 'restart-server', 'server'),
    'restart-proxy': provider(site, 'restart-proxy', 'proxy'),
  });
  await until((now) => isWell(now));

  await site.admin('POST', '/proxy/stop');
  await until((now) => now.escalation.past.length === 1 && isWell(now));
  expect(triesOf(context())).toEqual([['restart-proxy', 'done']]);
  expect((await site.state()).asked).toMatchObject([{ action: 'restart-proxy' }]);
  await site.untilSynchronized('proxy-restart');
}, 40_000);

test('a role that was deactivated is restarted through its provider', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  const { until, context } = await supervise(site, {
    'start-synchronization': provider(site, 'start-synchronization', 'synchronization'),
    'restart-plugin': provider(site, 'restart-role', 'role'),
  });
  await until((now) => isWell(now));

  await site.admin('POST', '/role/stop');
  await until((now) => now.escalation.past.length === 1 && isWell(now));
  expect(triesOf(context())).toEqual([['restart-plugin', 'done']]);
}, 40_000);

test('without providers a person is told what to do, answers, and the counts prove it', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  const { until, send, value, context } = await supervise(site);
  await until((now) => isWell(now));
  await site.admin('POST', '/entities/drop', { type: 'Cardholder', count: 3 });

  await expect.poll(value, { timeout: 20_000 }).toContain('"instructing"');
  const { escalation, policy } = context();
  expect(escalation.rung).toBe('synchronize');
  const rung = policy.ladder.rungs.find(({ id }) => id === escalation.rung);
  expect(rung?.steps.join(' ')).toContain('Start synchronization');
  expect((await site.state()).asked).toEqual([]);

  expect((await site.tab('POST', '/start-synchronization')).status).toBe(202);
  await send({ type: 'step.answered', at: Date.now(), rung: 'synchronize', done: true, by: 'ana', note: '' });
  await until((now) => now.escalation.past.length === 1 && isWell(now));
  expect(triesOf(context())).toEqual([['synchronize', 'done']]);
  expect((await site.state()).owned.byType['Cardholder']).toBe(12);
}, 40_000);

test('a dead proxy without providers is a guided step as well, and starting it is enough', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  const { until, send, value, context } = await supervise(site);
  await until((now) => isWell(now));

  await site.admin('POST', '/proxy/stop');
  await expect.poll(value, { timeout: 20_000 }).toContain('"instructing"');
  const { escalation, policy } = context();
  expect(escalation.diagnosis?.signature).toBe('proxy-dead');
  const rung = escalation.rung ?? '';
  expect(policy.ladder.rungs.find(({ id }) => id === rung)?.steps.join(' ')).toContain('proxy');

  await site.admin('POST', '/proxy/start');
  await send({ type: 'step.answered', at: Date.now(), rung, done: true, by: 'ana', note: '' });
  await until((now) => now.escalation.past.length === 1 && isWell(now));
  await site.untilSynchronized('proxy-restart');
}, 40_000);

test('yellow alone sets nothing going: not while it synchronizes, and not while nothing tells why', async () => {
  const site = await openSite({ entitiesPerSecond: 60 });
  const start = provider(site, 'start-synchronization', 'synchronization');
  const { until, context } = await supervise(site, { 'start-synchronization': start });

  await until((now) => isWell(now));
  await site.admin('POST', '/connection/cut');
  await site.until(({ role }) => role.runningState === 'Warning');
  const probedAt = () => context().connection.lastProbeAt ?? 0;
  const after = Date.now();
  // A dozen probes of a role that is yellow for a reason that nobody can see.
  await until(() => probedAt() > after + 800);
  expect(context().escalation).toMatchObject({ incident: null, incidents: 0 });
  expect((await site.state()).asked).toEqual([]);
}, 40_000);

test('a person who asks for a full run starts one; the schedule never does', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  const start = provider(site, 'start-synchronization', 'synchronization');
  const { until, send, context } = await supervise(site, { 'start-synchronization': start });
  await until((now) => isWell(now));
  expect(context().synchronization.lastRun).toMatchObject({ mode: 'full', outcome: 'succeeded' });
  expect((await site.state()).asked).toEqual([]);

  await send({ type: 'synchronization.requested', at: Date.now(), mode: 'full', requestedBy: 'ana' });
  await until(({ synchronization }) => synchronization.runs === 2 && synchronization.run === null);
  expect((await site.state()).latest).toMatchObject({ trigger: 'manual', state: 'completed' });
}, 40_000);
