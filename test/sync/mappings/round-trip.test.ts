import { expect, test } from 'vitest';
import type { Cursor, SourceRecord } from '../../../src/connectors/connector.ts';
import { createSecurityCenterTarget } from '../../../src/connectors/security-center/target.ts';
import { createSipassSource } from '../../../src/connectors/sipass/source.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { startSecurityCenterSimulator } from '../../../src/simulator/security-center/simulator.ts';
import { startSipassSimulator } from '../../../src/simulator/sipass/simulator.ts';
import { entityHash, resolve } from '../../../src/sync/map.ts';
import { sipassToSecurityCenter } from '../../../src/sync/mappings/sipass-to-security-center.ts';

test('every record of a generated site is mapped, written, and read back as the same content', async () => {
  const { signal } = new AbortController();
  const sipass = await startSipassSimulator({ port: 0, adminPort: 0, cardholders: 400, seed: 7 });
  const security = await startSecurityCenterSimulator({ port: 0, adminPort: 0 });
  const user = { username: 'syncwarden', password: 'syncwarden' };
  const source = createSipassSource({ url: sipass.url, ...user, profile: 'mp28x', clock: systemClock });
  const options = { url: `${security.url}/WebSdk`, ...user, applicationId: 'syncwarden', concurrency: 8 };
  const target = createSecurityCenterTarget({ options, owner: 'site', clock: systemClock });
  const written = new Map<string, { readonly id: string; readonly type: string; readonly hash: string }>();

  try {
    for (const step of sipassToSecurityCenter.steps) {
      const entities = (await walk(step.kind)).flatMap((record) => step.map(record));
      for (const type of step.types) {
        const own = entities.filter((entity) => entity.type === type);
        await Promise.all(
          own.map(async (mapped) => {
            const resolved = resolve(mapped, (ref) => written.get(`${ref.type} ${ref.key}`)?.id);
            if ('unresolved' in resolved) throw new Error(`${mapped.type} ${mapped.key} refers to nothing`);
            const id = await target.create(resolved.entity, signal);
            written.set(`${type} ${mapped.key}`, { id, type, hash: resolved.hash });
          }),
        );
      }
    }

    const different: string[] = [];
    for (const type of target.types) {
      const own = [...written.values()].filter((entity) => entity.type === type);
      const hashes = new Map(own.map(({ id, hash }) => [id, hash]));
      const stored = await target.read(type, [...hashes.keys()], signal);
      expect(stored).toHaveLength(own.length);
      for (const entity of stored) if (entityHash(entity) !== hashes.get(entity.id)) different.push(entity.key);
    }
    expect(different).toEqual([]);
    expect(security.world.truth('syncwarden:site:')).toMatchObject({
      marked: Object.fromEntries(
        Object.entries(eligible()).map(([type, count]) => [
          type.replace(/(^|-)(\w)/g, (_all, _dash, letter: string) => letter.toUpperCase()),
          count,
        ]),
      ),
    });
  } finally {
    await Promise.all([source.close(), target.close()]);
    await Promise.all([sipass.close(), security.close()]);
  }

  async function walk(kind: string): Promise<SourceRecord[]> {
    const records: SourceRecord[] = [];
    let cursor: Cursor | null = null;
    do {
      const page = await source.walk(kind, cursor, signal);
      records.push(...page.records);
      cursor = page.next;
    } while (cursor !== null);
    return records;
  }

  function eligible(): Record<string, number> {
    return sipass.world.truth()['eligible'] as Record<string, number>; // counts by type, see World.truth
  }
});
