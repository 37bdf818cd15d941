/** What the ladder makes of a lost connection: it asks a person, waits for a storm to end, or only rehearses. */
import type { IntegrationView, LadderView } from '../../src/http/api.ts';

const min = 60_000;

type Status = LadderView['status'];

/** The lost connection, with the ladder in another state; nothing is held. */
function withLadder(view: IntegrationView, status: Status, ladder: Partial<LadderView>): IntegrationView {
  return {
    ...view,
    holds: [],
    timers: view.timers.filter(({ id }) => id !== 'rungReady'),
    ladder: { ...view.ladder, status, readyAt: null, ...ladder },
    active: view.active.map((id) => id.replace(/escalation\.waiting$/, `escalation.${status}`)),
  };
}

export function asking(view: IntegrationView, now: number): IntegrationView {
  const asked = { status: 'asked', askedAt: now - 4 * min, expiresAt: now + 236 * min, by: null } as const;
  const title = 'Restart the server of the plugin';
  return {
    ...withLadder(view, 'asking', {
      asks: { kind: 'approval', rung: 'restart-server', title, steps: [], until: now + 236 * min },
      rungs: view.ladder.rungs.map((rung) =>
        rung.id === 'restart-server'
          ? {
              ...rung,
              approval: asked,
              windows: ['only every day from 22:00 for 6 h (Europe/Zurich)'],
              opensAt: now,
              lastUsedAt: now - 9 * 60 * min,
            }
          : rung,
      ),
    }),
    next: { at: now + 236 * min, what: 'pass over without approval: restart the server of the plugin' },
  };
}

export function instructing(view: IntegrationView, now: number): IntegrationView {
  const title = 'Look at the SiPass server';
  const steps = [
    'Log in to the SiPass server and look whether its services run.',
    'Start the service "SiPass integrated API" if it has stopped.',
  ];
  const [first] = view.ladder.rungs;
  return {
    ...withLadder(view, 'instructing', {
      asks: { kind: 'steps', rung: 'look-at-server', title, steps, until: now + 90 * min },
      rungs: [
        ...view.ladder.rungs.map((rung) => (rung.status === 'current' ? { ...rung, status: 'tried' as const } : rung)),
        ...(first
          ? [{ ...first, id: 'look-at-server', title, remedy: 'person', steps, status: 'current' as const }]
          : []),
      ],
    }),
    next: { at: now + 90 * min, what: 'give up: look at the SiPass server' },
  };
}

export function storm(view: IntegrationView, now: number): IntegrationView {
  const message = 'Many integrations fail together: nothing is restarted now.';
  return withLadder(view, 'waiting', { readyAt: now + 20_000, waitsFor: { code: 'storm', message } });
}

export function dryRun(view: IntegrationView, now: number): IntegrationView {
  return {
    ...withLadder(view, 'rehearsing', {}),
    next: { at: now + 12_000, what: 'go on with the dry run' },
  };
}
