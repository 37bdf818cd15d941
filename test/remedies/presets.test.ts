/** The presets against real processes: stand-ins of the programs that they call, with the behaviour stated in each. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRemedy, remedySchema } from '../../src/remedies/create-remedy.ts';
import { installStandIns, iso, nowSeconds, type StandIns, shown, use } from './stand-ins/install.ts';

let standIns: StandIns;
beforeAll(() => {
  standIns = installStandIns();
});
afterAll(() => standIns.remove());

const remedy = (options: object) => createRemedy(remedySchema.parse(options), standIns.environment);
const over = { ssh: { host: 'proxy.example', user: 'syncwarden' } };
const known = { knownHost: 'proxy.example' };
const longAgo = nowSeconds - 900;

describe('systemd', () => {
  const options = { kind: 'systemd', unit: 'sipass-proxy.service' };
  const up = { unit: options.unit, state: 'active', since: shown.unix(longAgo), pretty: shown.pretty(longAgo) };

  test('restarts the unit, after which reality says that it was done', async () => {
    standIns.set(up);

    expect(await remedy(options).wasDone(use)).toBe(false);
    expect(await remedy(options).act(use)).toBe('systemd has restarted sipass-proxy.service.');
    expect(await remedy(options).wasDone(use)).toBe(true);
  });

  test('restarts through sudo where that is asked for', async () => {
    standIns.set(up);

    await remedy({ ...options, sudo: true }).act(use);

    expect(standIns.calls()).toEqual([
      'sudo -n systemctl --no-ask-password restart -- sipass-proxy.service',
      'systemctl --no-ask-password restart -- sipass-proxy.service',
    ]);
  });

  test('fails with what systemd says', async () => {
    standIns.set({ ...up, refuses: 1 });

    await expect(remedy(options).act(use)).rejects.toMatchObject({
      code: 'SW_REMEDY_FAILED',
      message: expect.stringContaining('exit code 4; it said: Interactive authentication required.'),
    });
  });

  test.each([
    ['started long before', {}, false],
    ['started in the same second, which is all that systemd tells', { since: shown.unix(nowSeconds - 1) }, true],
    ['a clock that is a little behind', { since: shown.unix(nowSeconds - 3) }, true],
    ['a clock that is far ahead tells nothing', { since: shown.unix(nowSeconds + 900) }, null],
    ['stopped in the middle', { state: 'inactive' }, false],
    ['failed', { state: 'failed' }, false],
    ['never started', { since: '' }, null],
    ['still on its way: waits for the end', { since: `@${nowSeconds}`, states: 'deactivating activating' }, true],
    ['a systemd that knows no unix time', { old: 1, pretty: shown.pretty(nowSeconds) }, true],
    ['a systemd that knows no unix time, long before', { old: 1 }, false],
    ['a unit that does not exist', { unit: 'other.service' }, null],
  ])('already done? %s', async (_, more, done) => {
    standIns.set({ ...up, ...more });

    expect(await remedy(options).wasDone(use)).toBe(done);
  });

  test('the same over SSH', async () => {
    standIns.set({ ...up, ...known, old: 1 });

    await remedy({ ...options, over }).act(use);

    expect(await remedy({ ...options, over }).wasDone(use)).toBe(true);
    expect(standIns.calls()[1]).toBe('systemctl --no-ask-password restart -- sipass-proxy.service');
  });

  test('a host key that is not known is unreachable, never a question', async () => {
    standIns.set({ ...up, knownHost: 'another.example' });

    await expect(remedy({ ...options, over }).act(use)).rejects.toMatchObject({
      code: 'SW_UNREACHABLE',
      message: expect.stringContaining('Host key verification failed.'),
    });
  });
});

describe('docker', () => {
  const options = { kind: 'docker', container: 'sipass-proxy' };
  const up = { container: options.container, running: 'true', startedAt: shown.nanoseconds(longAgo) };

  test.each([
    ['here', {}],
    ['over SSH, where the blank in the template arrives', { over }],
  ])('restarts the container %s, after which reality says that it was done', async (_, more) => {
    standIns.set({ ...up, ...known });

    expect(await remedy({ ...options, ...more }).wasDone(use)).toBe(false);
    expect(await remedy({ ...options, ...more }).act(use)).toBe('Docker has restarted the container sipass-proxy.');
    expect(await remedy({ ...options, ...more }).wasDone(use)).toBe(true);
  });

  test.each([
    ['down: not to its end', { running: 'false', startedAt: shown.nanoseconds(nowSeconds) }, {}, false],
    ['within the tolerance', { startedAt: shown.nanoseconds(nowSeconds - 2) }, {}, true],
    ['outside of a smaller one', { startedAt: shown.nanoseconds(nowSeconds - 2) }, { clockToleranceMs: 1_000 }, false],
    ['another container', { container: 'other' }, {}, null],
  ])('already done? %s', async (_, more, tolerance, done) => {
    standIns.set({ ...up, ...more });

    expect(await remedy({ ...options, ...tolerance }).wasDone(use)).toBe(done);
  });

  test('fails with what docker says', async () => {
    standIns.set({ ...up, container: 'other' });

    await expect(remedy(options).act(use)).rejects.toThrow('No such container: sipass-proxy');
  });
});

describe('kubernetes', () => {
  const options = { kind: 'kubernetes', workload: 'deployment', name: 'proxy', namespace: 'access' };
  const up = { workload: 'deployment/proxy' };

  test.each([
    ['here', {}],
    ['over SSH, where the braces and backslashes of the path arrive', { over }],
  ])('restarts the workload %s and waits for its pods', async (_, more) => {
    standIns.set({ ...up, ...known });

    expect(await remedy({ ...options, ...more }).wasDone(use)).toBe(false);
    expect(await remedy({ ...options, ...more }).act(use)).toContain('deployment/proxy, and its pods are ready');
    expect(await remedy({ ...options, ...more }).wasDone(use)).toBe(true);
  });

  test.each([
    ['the pods do not become ready', { stuck: 1 }, 'timed out waiting for the condition'],
    ['it is not allowed to', { forbidden: 1 }, 'cannot patch resource'],
  ])('fails when %s', async (_, more, found) => {
    standIns.set({ ...up, ...more });

    await expect(remedy(options).act(use)).rejects.toThrow(found);
  });

  test.each([
    ['an older restart', { restartedAt: '2026-01-01T00:00:00Z' }, false],
    ['in the zone of whoever asked', { restartedAt: iso(nowSeconds).replace('Z', '+00:00') }, true],
    ['asked for, and stuck: a second one would not help', { restartedAt: iso(nowSeconds), stuck: 1 }, null],
    ['no such workload', { workload: 'deployment/other' }, null],
  ])('already done? %s', async (_, more, done) => {
    standIns.set({ ...up, ...more });

    expect(await remedy(options).wasDone(use)).toBe(done);
  });
});

describe('a Windows service', () => {
  const options = { kind: 'windows-service', service: 'SiPass Proxy' };
  const up = { service: options.service, state: 'RUNNING' };
  const orders = () => standIns.calls().filter((call) => !call.includes('query'));

  test('is stopped, waited for, started, and waited for', async () => {
    standIns.set(up);

    expect(await remedy(options).act(use)).toBe('The Windows service SiPass Proxy was stopped, and runs again.');
    expect(standIns.calls().map((call) => call.split(' ')[1])).toEqual(
      // RUNNING once more, twice on its way, down; asked again before the start, then on its way, and up.
      ['query', 'stop', 'query', 'query', 'query', 'query', 'query', 'start', 'query', 'query'],
    );
  });

  test.each([
    ['is down already: only started', { state: 'STOPPED' }, ['start']],
    ['is being stopped by somebody: only waited for', { next: 'STOP_PENDING STOPPED' }, ['start']],
    ['is just starting: waited for first', { next: 'START_PENDING START_PENDING RUNNING' }, ['stop', 'start']],
    ['speaks German', { label: 'STATUS' }, ['stop', 'start']],
    ['speaks French', { label: 'ÉTAT' }, ['stop', 'start']],
  ])('that %s', async (_, more, verbs) => {
    standIns.set({ ...up, ...more });

    await remedy(options).act(use);

    expect(orders()).toEqual(verbs.map((verb) => `sc.exe ${verb} SiPass Proxy`));
  });

  test('on another computer, and over SSH', async () => {
    standIns.set({ ...up, service: 'SiPassProxy', ...known });
    // The stand-in of sshd runs a POSIX shell.
    const ssh = { ssh: { ...over.ssh, shell: 'posix' } };

    await remedy({ ...options, service: 'SiPassProxy', computer: 'SRV-01' }).act(use);
    await remedy({ ...options, service: 'SiPassProxy', computer: 'SRV-01', over: ssh }).act(use);

    const direct = orders().filter((call) => call.startsWith('sc.exe'));
    expect(direct).toEqual(['stop', 'start', 'stop', 'start'].map((verb) => `sc.exe \\\\SRV-01 ${verb} SiPassProxy`));
  });

  test.each([
    ['refuses to stop', { refusesStop: 1051 }, 'the service RUNNING instead of STOPPED; stop ended with code 27'],
    ['dies at once', { startsInto: 'STOPPED' }, 'the service STOPPED instead of RUNNING'],
    ['does not exist', { service: 'other' }, 'FAILED 1060'],
  ])('that %s is a failed remedy', async (_, more, found) => {
    standIns.set({ ...up, ...more });

    await expect(remedy(options).act(use)).rejects.toMatchObject({
      code: 'SW_REMEDY_FAILED',
      message: expect.stringContaining(found),
    });
  });

  test.each([
    ['RUNNING', null],
    ['STOPPED', false],
    ['START_PENDING', null],
  ])('already done? %s: %s, because sc.exe does not tell since when', async (state, done) => {
    standIns.set({ ...up, state });

    expect(await remedy(options).wasDone(use)).toBe(done);
  });
});
