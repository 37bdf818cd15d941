import { expect, test } from 'vitest';
import { openSite } from '../simulator/genetec-role/site.ts';
import { openWatcher, signal } from './watcher.ts';

test('after a full synchronization the counts are equal, and the proof says that it is one of counts', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  const { plugin } = await openWatcher(site);

  const proof = await plugin.check(signal);
  expect(proof).toMatchObject({ depth: 'counts', equal: true });
  const { byType } = (await site.state()).owned;
  expect(Object.fromEntries(proof.types.map(({ type, target }) => [type, target.count]))).toEqual({
    Cardholder: 12,
    CardholderGroup: byType['CardholderGroup'],
    Credential: byType['Credential'],
    Door: byType['Door'],
    Elevator: byType['Elevator'],
  });
  expect(await plugin.verify({ signal })).toMatchObject({ equal: true });
});

test('credentials count only where the site has them synchronized', async () => {
  const site = await openSite({ credentials: false });
  await site.untilSynchronized();
  const { plugin } = await openWatcher(site, {}, { credentials: false });

  const proof = await plugin.check(signal);
  expect(proof.equal).toBe(true);
  expect(proof.types.map(({ type }) => type)).not.toContain('Credential');
});

test('a run waits for the synchronization under way, reports its progress, and is proven by counts', async () => {
  const site = await openSite({ entitiesPerSecond: 60 });
  await site.until(({ latest, role }) => latest?.state === 'running' && role.runningState === 'Warning');
  const { plugin, run, reports } = await openWatcher(site);
  await expect(plugin.check(signal)).rejects.toMatchObject({ code: 'SW_NOT_NOW' });

  const result = await run('delta');
  expect(result).toMatchObject({ outcome: 'succeeded', reason: null, proof: { equal: true }, written: { created: 0 } });
  expect((await site.state()).asked).toEqual([]);
  const seen = reports.flatMap((one) => (one.kind === 'progress' && one.type === 'Cardholder' ? [one] : []));
  expect(new Set(seen.map(({ done }) => done)).size).toBeGreaterThan(1);
  expect(seen.at(-1)).toMatchObject({ done: 12, total: 12 });
  expect(result.decisions.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['Entities were counted by the filter Owner of a search.', 'Alarm was not compared.']),
  );
});

test('a synchronization that was cut leaves a part: it is incomplete, with the types named', async () => {
  const site = await openSite({ entitiesPerSecond: 200 });
  await site.admin('POST', '/connection/cut', { afterEntities: 16, durationMs: 50 });
  await site.until(({ latest, role }) => latest?.state === 'interrupted' && role.runningState === 'Running');
  const { run } = await openWatcher(site);

  const result = await run('delta');
  expect(result).toMatchObject({ outcome: 'incomplete', reason: 'counts-differ' });
  const missing = result.proof.types.filter(({ found }) => found.missing > 0).map(({ type }) => type);
  const { expected, owned } = await site.state();
  expect(missing.length).toBeGreaterThan(0);
  for (const type of missing) expect(owned.byType[type] ?? 0).toBeLessThan(expected.byType[type] ?? 0);
});

test.each([
  ['proxy', 'stop'],
  ['role', 'stop'],
])('a run is interrupted when the %s goes away in its middle', async (component, order) => {
  const site = await openSite({ entitiesPerSecond: 30 });
  await site.until(({ latest, role }) => latest?.state === 'running' && role.runningState === 'Warning');
  const { run, reports } = await openWatcher(site);
  const running = run('delta');
  const refused = expect(running).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });
  await expect.poll(() => reports.some(({ kind }) => kind === 'progress')).toBe(true);
  await site.admin('POST', `/${component}/${order}`);
  await refused;
});

test('an empty list of people sets nothing going', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  const { plugin, run } = await openWatcher(site);
  await site.admin('PATCH', '/settings', { deletes: 'never' });
  const faults = `${site.sipass.adminUrl}/faults`;
  const body = JSON.stringify({ kind: 'empty-list', list: 'Cardholders' });
  await fetch(faults, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

  await expect(plugin.check(signal)).rejects.toMatchObject({ code: 'SW_UNAUTHORISED' });
  expect(await run('delta')).toMatchObject({ outcome: 'incomplete', reason: 'empty-source' });
});

test('what the role does not offer is refused with the reason', async () => {
  const site = await openSite();
  const { plugin } = await openWatcher(site);
  const refused = { code: 'SW_NOT_NOW', message: expect.stringContaining('everything or nothing') };
  await expect(plugin.synchronizeEntity({ kind: 'cardholder', key: '1', signal })).rejects.toMatchObject(refused);
  await expect(plugin.dryRun({ mode: 'full', types: null, signal })).rejects.toMatchObject({ code: 'SW_NOT_NOW' });
  const differences = plugin.diff({ types: null, signal })[Symbol.asyncIterator]();
  await expect(differences.next()).rejects.toMatchObject({ code: 'SW_NOT_NOW' });
  expect(await plugin.events({ signal })).toBeNull();
});
