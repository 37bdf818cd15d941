/** Incidents through the API: the list over all integrations, one with its timeline, and the bundle to hand on. */
import { describe, expect, test } from 'vitest';
import { incidentBundleSchema, incidentListSchema, incidentViewSchema } from '../../src/http/incident-api.ts';
import { bundleMarkdown } from '../../src/http/incident-markdown.ts';
import { asksForApproval, heal, inIncident } from './ladder-station.ts';
import { openStation, type Station } from './station.ts';

const base = '/api/v1/incidents';
const list = async ({ app }: Station, query = '') =>
  incidentListSchema.parse((await app.inject(`${base}${query}`)).json());

/** Two incidents of `hq`: the first over, the second open. */
async function twoIncidents(): Promise<Station> {
  const station = await inIncident({ policy: asksForApproval });
  await heal(station);
  await station.runtime.send('hq', { type: 'plugin.lost', at: station.clock.now(), message: 'No heartbeat.' });
  return station;
}

describe('the list', () => {
  test('is newest first, filtered, and read page by page', async () => {
    const station = await twoIncidents();

    const all = await list(station);
    const first = await list(station, '?limit=1');
    const second = await list(station, `?limit=1&after=${encodeURIComponent(first.next ?? '')}`);

    expect(all.incidents.map(({ id, endedAt }) => [id, endedAt === null])).toEqual([
      ['incident-2', true],
      ['incident-1', false],
    ]);
    expect(all).toMatchObject({ count: 2, next: null });
    expect([...first.incidents, ...second.incidents]).toEqual(all.incidents);
    expect(second.next).toBeNull();
    expect((await list(station, '?open=true')).incidents.map(({ id }) => id)).toEqual(['incident-2']);
    expect((await list(station, '?open=false&integration=hq')).incidents.map(({ id }) => id)).toEqual(['incident-1']);
  });

  test('of nothing is empty, and of an unknown integration an error', async () => {
    const station = await openStation();

    expect(await list(station)).toEqual({ incidents: [], next: null, count: 0 });
    expect((await station.app.inject(`${base}?integration=none`)).statusCode).toBe(404);
    expect((await station.app.inject(`${base}?limit=0`)).statusCode).toBe(400);
  });
});

describe('one incident', () => {
  test('has its timeline from the first sign to its end, and nothing of the routine', async () => {
    const station = await inIncident({ policy: asksForApproval });
    await station.app.inject({
      method: 'POST',
      url: '/api/v1/integrations/hq/approvals',
      payload: { rung: 'restart-server', approve: true, by: 'operator@desk' },
    });
    await heal(station);
    await station.clock.tick();

    const { incident, timeline, complete } = incidentViewSchema.parse(
      (await station.app.inject(`${base}/hq/incident-1`)).json(),
    );

    expect(incident).toMatchObject({ id: 'incident-1', title: 'Headquarters', signature: 'counts-differ' });
    expect(incident.endedAt).toBe(station.context().escalation.past[0]?.endedAt);
    expect(complete).toBe(true);
    const lines = timeline.map(({ kind, what }) => `${kind}: ${what}`);
    expect(lines).toEqual(
      expect.arrayContaining([
        'fact: A synchronization ended: incomplete.',
        'evidence: Diagnosed as counts-differ.',
        'decision: Next: Restart the server.',
        'decision: Approval is asked for: Restart the server.',
        'person: operator@desk agreed to restart-server.',
        'decision: The incident is over.',
      ]),
    );
    expect(timeline.map(({ seq }) => seq)).toEqual(timeline.map(({ seq }) => seq).toSorted((a, b) => a - b));
    expect(lines.join()).not.toContain('probe');
  });

  test('that is unknown is 404 and names those that are known', async () => {
    const station = await twoIncidents();

    const answer = await station.app.inject(`${base}/hq/incident-9`);

    expect(answer.statusCode).toBe(404);
    expect(answer.json().message).toContain('incident-2, incident-1');
  });
});

describe('the bundle', () => {
  test('holds everything, and no secret', async () => {
    const station = await inIncident({ policy: asksForApproval });

    const answer = await station.app.inject(`${base}/hq/incident-1/bundle`);

    expect(answer.headers['content-disposition']).toBe('attachment; filename="hq-incident-1.json"');
    const bundle = incidentBundleSchema.parse(answer.json());
    expect(bundle).toMatchObject({
      machine: 'integration@3',
      policyFrom: 'now',
      policy: { ladder: { rungs: [{ id: 'restart-server', approval: { required: true } }] } },
      evidence: { plugin: { answering: true }, password: '(removed)', url: 'https://sipass.example/api' },
      explanation: { integration: 'hq', timeZone: 'UTC' },
      fleet: { size: 3 },
    });
    expect(answer.body).not.toMatch(/p4ssw0rd|secret@/);
  });

  test('of one that is over has the policy of then, and no explanation of now', async () => {
    const station = await twoIncidents();
    const { policy } = station.context();
    const ladder = { ...policy.ladder, confirmMs: 1 };
    await station.runtime.send('hq', {
      type: 'policy.changed',
      at: station.clock.now(),
      policy: { ...policy, ladder },
    });

    const bundle = (await station.app.inject(`${base}/hq/incident-1/bundle`)).json();

    expect(bundle).toMatchObject({ policyFrom: 'incident', explanation: null, evidence: { plugin: {} } });
    expect(bundle.policy.ladder.confirmMs).toBe(policy.ladder.confirmMs);
  });

  test('as a document says the same, and what others wrote is no markup of it', async () => {
    const station = await inIncident({ policy: asksForApproval });
    const bundle = incidentBundleSchema.parse((await station.app.inject(`${base}/hq/incident-1/bundle`)).json());

    const answer = await station.app.inject(`${base}/hq/incident-1/bundle?format=markdown`);
    const hostile = { ...bundle.incident, because: { code: 'x', message: '# <script>\n```' } };
    const text = bundleMarkdown({ ...bundle, incident: hostile, evidence: { log: '```\n# forged' } });

    expect(answer.headers['content-type']).toBe('text/markdown; charset=utf-8');
    expect(answer.body).toMatch(/^# Headquarters: incident-1\n/);
    for (const title of ['How it stands', 'What was tried', 'Timeline', 'The policy now', 'The fleet'])
      expect(answer.body).toContain(`## ${title}`);
    expect(text).not.toMatch(/^# (<script|forged)/m);
    expect(text).toContain('````json');
  });
});
