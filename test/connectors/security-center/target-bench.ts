/** A Security Center simulator with a target on it, as the tests of this room start them. */
import type { TargetEntity } from '../../../src/connectors/connector.ts';
import type { SecurityCenterOptions } from '../../../src/connectors/security-center/options.ts';
import { createSecurityCenterTarget } from '../../../src/connectors/security-center/target.ts';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import type { WebSdkOptionsInput } from '../../../src/simulator/security-center/options.ts';
import { startSecurityCenterSimulator } from '../../../src/simulator/security-center/simulator.ts';

export interface BenchOptions {
  readonly simulator?: WebSdkOptionsInput;
  readonly target?: Partial<SecurityCenterOptions>;
  readonly owner?: string;
  /** Of the target only; the simulator keeps the clock of the machine. */
  readonly clock?: Clock;
}

export async function openBench({ simulator = {}, target = {}, owner = 'hq', clock = systemClock }: BenchOptions = {}) {
  const server = await startSecurityCenterSimulator({ port: 0, adminPort: 0, ...simulator });
  const options = {
    url: `${server.url}/WebSdk`,
    username: 'syncwarden',
    password: 'syncwarden',
    applicationId: 'syncwarden',
    ...target,
  };
  const made = createSecurityCenterTarget({ options, owner, clock });
  return {
    server,
    target: made,
    options,
    async close() {
      await made.close();
      await server.close();
    },
  };
}

/** A complete cardholder. The number sign, which the query language cannot carry, is written as the mapping writes it. */
export function cardholder(key: string, text: string, groups: readonly string[] = []): TargetEntity {
  const safe = text.replaceAll('#', '\uff03');
  return {
    type: 'cardholder',
    key,
    fields: {
      name: safe,
      firstName: safe,
      lastName: null,
      email: 'a+b@site.example',
      mobilePhone: null,
      state: 'active',
      activatesAt: null,
      expiresAt: '2098-01-01T00:00:00Z',
    },
    refs: { groups },
  };
}

/** A complete entity of a type that has a name only. */
export function named(type: string, key: string, text: string): TargetEntity {
  return { type, key, fields: { name: text.replaceAll('#', '\uff03') }, refs: {} };
}

/** A complete credential. */
export function credential(
  key: string,
  owner: string,
  card: { facilityCode: number; cardNumber: string },
): TargetEntity {
  const fields = { name: `Card ${card.cardNumber}`, ...card, state: 'active', activatesAt: null, expiresAt: null };
  return { type: 'credential', key, fields, refs: { cardholder: [owner] } };
}
