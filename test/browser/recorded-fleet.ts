/** The fleet, explanations and incidents as the server would answer them, for the recorded situations. */
import { type ExplanationView, explanationSchema, type FleetView, fleetViewSchema } from '../../src/http/fleet-api.ts';
import { type IncidentView, incidentViewSchema } from '../../src/http/incident-api.ts';

const min = 60_000;

const calm = (now: number): FleetView => ({
  at: now,
  size: 5,
  storm: { phase: 'calm', since: null, among: [], until: null },
  brake: null,
  dryRun: null,
  deviating: [],
  components: [],
  budget: { used: 1, max: 20, windowMs: 60 * min },
  blastRadiusMax: null,
});

/** `braked`: somebody has put the brake on. */
export function recordedFleet(scene: string, now: number): FleetView {
  const fleet = calm(now);
  if (scene === 'storm') {
    const among = ['campus-north', 'harbour', 'depot'];
    const message = 'It does not answer.';
    const deviating = among.map((integration) => ({ integration, since: now - min, code: 'unreachable', message }));
    return fleetViewSchema.parse({
      ...fleet,
      storm: { phase: 'holding', since: now - min, among, until: now + 14 * min },
      deviating,
    });
  }
  if (scene === 'dryRun') return fleetViewSchema.parse({ ...fleet, dryRun: { at: now - 30 * min, by: 'night-shift' } });
  const brake = { at: now - 12 * min, by: 'night-shift', reason: 'Works on the network until 04:00.' };
  return fleetViewSchema.parse(scene === 'asking' ? { ...fleet, brake } : fleet);
}

export function recordedExplanation(scene: string, integration: string, now: number): ExplanationView {
  const watching = scene === 'healthy' || scene === 'busy' || scene === 'several' || scene === 'guarded';
  const why = watching
    ? ['No incident is open: source and target were last proven equal at 03:12:04 UTC (12 s ago).']
    : [
        `Recorded headline of ${scene}: restart the server of the plugin.`,
        'incident-7 has been open since 03:11:18 UTC (46 s ago). SiPass did not answer: connection refused.',
      ];
  return explanationSchema.parse({
    integration,
    at: now,
    timeZone: 'UTC',
    why,
    done: watching ? [] : ['At 03:11:40 UTC: restart the plugin; it failed. The plugin did not stop.'],
    next: ['At 03:12:18 UTC (in 14 s), if nothing stands against it: restart the server of the plugin.'],
    changes: ['The brake would stop the ladders of all integrations: syncwarden brake on.'],
  });
}

/** Two of them, the newest first. */
export function recordedIncidents(integration: string, now: number): readonly IncidentView[] {
  const because = { code: 'plugin-lost', message: 'No heartbeat for 45 s.' };
  const one = (id: string, agoMs: number, helped: string | null): IncidentView =>
    incidentViewSchema.parse({
      incident: {
        integration,
        title: 'Campus North: SiPass to Security Center',
        id,
        beganAt: now - agoMs - 20_000,
        openedAt: now - agoMs,
        endedAt: now - agoMs + 4 * min,
        because,
        signature: 'plugin-hung',
        helped,
        quarantinedAt: null,
        signatures: [{ at: now - agoMs + 31_000, signature: 'plugin-hung', message: 'The plugin does not answer.' }],
        tries:
          helped === null
            ? []
            : [
                {
                  rung: helped,
                  title: 'Restart the plugin',
                  signature: 'plugin-hung',
                  at: now - agoMs + 40_000,
                  endedAt: now - agoMs + 52_000,
                  how: 'done',
                  message: 'The plugin was restarted.',
                },
              ],
        triesDropped: 0,
      },
      timeline: [
        {
          seq: 4_001,
          at: now - agoMs,
          kind: 'fact',
          what: 'The plugin was lost.',
          because: because.message,
          evidence: null,
        },
        {
          seq: 4_004,
          at: now - agoMs + 31_000,
          kind: 'decision',
          what: 'Next: Restart the plugin.',
          because: 'The plugin does not answer.',
          evidence: { signature: 'plugin-hung' },
        },
      ],
      complete: true,
    });
  return [one('incident-6', 14 * 60 * min, 'restart-plugin'), one('incident-5', 70 * 60 * min, null)];
}
