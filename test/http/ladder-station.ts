/** A station whose ladder has come to a certain point: what people say to it and ask of it is tried there. */
import type { Member } from '../../machines/fleet/memory.ts';
import { openStation, outcomeOf, proofOf, type Station, type StationOptions } from './station.ts';

const rung = (id: string, more: object = {}) => ({
  id,
  title: `Restart the ${id.replace('restart-', '')}`,
  remedy: id,
  impact: 'Something goes down.',
  mode: 'delta',
  ...more,
});

export const asksForApproval = { ladder: { rungs: [rung('restart-server', { approval: { required: true } })] } };
export const asksAPerson = {
  ladder: { rungs: [rung('look', { title: 'Look at it', remedy: 'person', steps: ['Open it.', 'Close it.'] })] },
};

const member = (id: string, server: string): Member => ({
  server,
  source: `https://${id}.example`,
  target: 'https://directory.example',
  components: { 'restart-plugin': `plugin:${id}`, 'restart-server': `server:${server}` },
});

/** `hq` and `harbour` share a server. */
export const members = { hq: member('hq', 'one'), harbour: member('harbour', 'one'), depot: member('depot', 'two') };

export async function tickUntil(station: Station, isReached: () => boolean): Promise<void> {
  for (let ticks = 0; !isReached(); ticks++)
    if (ticks > 500 || !(await station.clock.tick())) throw new Error('it was never reached');
}

/** The first run ends with a difference; the incident is diagnosed, and its first rung is at its time. */
export async function inIncident(options: StationOptions): Promise<Station> {
  const station = await openStation({ members, ...options });
  await station.connect();
  await station.synchronize.answer(outcomeOf(proofOf(station.clock.now(), 5, 4)));
  await tickUntil(station, () => station.diagnose.isAsked);
  const rungs = station.context().policy.ladder.rungs.map(({ id }) => id);
  const evidence = { plugin: { answering: true }, password: 'p4ssw0rd', url: 'https://user:secret@sipass.example/api' };
  await station.diagnose.answer({ signature: 'counts-differ', message: 'They differ.', rungs, evidence });
  await tickUntil(
    station,
    () => (station.context().escalation.waitsFor ?? 'none') !== 'none' || isBeyondWaiting(station),
  );
  return station;
}

function isBeyondWaiting({ runtime }: Station): boolean {
  const value = runtime.record('hq')?.snapshot.value as { escalation: string } | undefined; // of the machine
  return value !== undefined && value.escalation !== 'waiting';
}

/** A proof that both sides are equal: the incident is over. */
export async function heal(station: Station): Promise<void> {
  if (!station.synchronize.isAsked)
    await station.runtime.send('hq', {
      type: 'synchronization.requested',
      at: station.clock.now(),
      mode: 'delta',
      requestedBy: 'test',
    });
  await tickUntil(station, () => station.synchronize.isAsked);
  await station.synchronize.answer(outcomeOf(proofOf(station.clock.now(), 5, 5)));
}
