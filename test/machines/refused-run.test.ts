/** A refusal that meets a run, and not the probes before and after it. */
import { expect, test } from 'vitest';
import { integrationMachine } from '../../machines/index.ts';
import { policySchema } from '../../machines/policy.ts';
import type { Json } from '../../src/core/json.ts';
import { Driver } from './driver.ts';

const ok = { ok: true, version: '1', latencyMs: 3 };
const good: Json = { source: ok, target: ok, incompatible: null };
const run = (driver: Driver) => (driver.value as { synchronization: { run: unknown } }).synchronization.run;

test('the run is gone on with after the next good probe: no connection will be established that was never lost', () => {
  const driver = new Driver(integrationMachine, { id: 'pair', policy: policySchema.parse({}) as unknown as Json });
  driver.answer('probe', good).fire('probeDue').answer('probe', good);
  driver.refuse('synchronize', { code: 'SW_SESSION_BUSY', message: 'Logged in elsewhere.' }).fire('resumeDue');
  expect(run(driver)).toBe('interrupted');

  driver.fire('probeDue').answer('probe', good);

  expect(run(driver)).toMatchObject({ running: { phase: 'preflight' } });
});
