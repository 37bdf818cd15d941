/** Events that belong into the timeline of an incident, as one line each; what is not named here is routine. */
import { shownMembers, shownText } from './disclosure.ts';
import type { TimelineEntry } from './incident-api.ts';

type Line = Omit<TimelineEntry, 'seq' | 'at'>;
type Event = { readonly type: string; readonly [member: string]: unknown };
type Words = (event: Event) => Partial<Line>;

/** The line of an event; null for one that is routine. */
export function toldEvent(event: Event): Line | null {
  const words = lines[event.type]?.(event);
  if (words === undefined) return null;
  const { kind = 'fact', what = event.type, because = null, evidence = null } = words;
  return { kind, what: shownText(what), because: because === null ? null : shownText(because), evidence };
}

const person = (words: (event: Event) => string, because: (event: Event) => string | null = () => null): Words => {
  return (event) => ({ kind: 'person', what: words(event), because: because(event) });
};
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const messageIn = (value: unknown): string =>
  text((value as { readonly message?: unknown } | null | undefined)?.message); // read member by member
const kindIn = (value: unknown): string => text((value as { readonly kind?: unknown } | null | undefined)?.kind);
const rungIn = (value: unknown): string => text((value as { readonly rung?: unknown } | null | undefined)?.rung);

const lines: { readonly [type: string]: Words } = {
  'xstate.done.actor.diagnose': ({ output }) => {
    const { signature, message, rungs, evidence } = (output ?? {}) as { readonly [member: string]: unknown }; // read member by member
    return {
      kind: 'evidence',
      what: `Diagnosed as ${text(signature)}.`,
      because: text(message),
      evidence: shownMembers({ rungs, ...(typeof evidence === 'object' ? evidence : {}) }),
    };
  },
  'xstate.error.actor.diagnose': ({ error }) => ({ what: 'The diagnosis failed.', because: messageIn(error) }),
  'xstate.done.actor.remedy': ({ output }) => ({ what: 'The remedy answered.', because: messageIn(output) }),
  'xstate.error.actor.remedy': ({ error }) => ({ what: 'The remedy failed.', because: messageIn(error) }),
  'xstate.done.actor.synchronize': ({ output }) => {
    const { outcome, reason, decisions } = (output ?? {}) as { readonly [member: string]: unknown }; // read member by member
    const evidence = Array.isArray(decisions) ? shownMembers({ decisions }) : null;
    return { what: `A synchronization ended: ${text(outcome)}.`, because: text(reason) || null, evidence };
  },
  'xstate.error.actor.synchronize': ({ error }) => ({
    what: 'A synchronization was interrupted.',
    because: messageIn(error),
  }),
  'xstate.error.actor.task': ({ error }) => ({ what: 'A task failed.', because: messageIn(error) }),
  'plugin.lost': ({ message }) => ({ what: 'The plugin was lost.', because: text(message) }),
  'plugin.answered': () => ({ what: 'The plugin answers.' }),
  'timers.moved': () => ({ what: 'Pending timers were moved, because the process had been away.' }),
  'integration.restarted': ({ because }) => ({ what: 'Supervision began anew.', because: text(because) }),
  'policy.changed': () => ({ what: 'The policy was changed.' }),
  'synchronization.requested': (event) => ({
    kind: event['requestedBy'] === 'ladder' || event['requestedBy'] === 'schedule' ? 'fact' : 'person',
    what: `A ${text(event['mode'])} synchronization was requested by ${text(event['requestedBy'])}.`,
  }),
  'cancellation.requested': person(({ requestedBy }) => `The run was cancelled by ${text(requestedBy)}.`),
  'release.requested': person(({ requestedBy }) => `The quarantine was released by ${text(requestedBy)}.`),
  'approval.given': person(({ rung, by }) => `${text(by)} agreed to ${text(rung)}.`),
  'approval.refused': person(({ rung, by }) => `${text(by)} refused ${text(rung)}.`),
  'step.answered': person(
    ({ rung, by, done }) => `${text(by)} ${done === true ? 'did' : 'could not do'} ${text(rung)}.`,
    ({ note }) => text(note) || null,
  ),
  'hold.placed': person(
    ({ name }) => `The hold "${text(name)}" was placed.`,
    ({ reason }) => text(reason) || null,
  ),
  'hold.released': person(({ name }) => `The hold "${text(name)}" was released.`),
  'task.requested': person(({ task, requestedBy }) => {
    const rung = rungIn(task);
    return `The task ${kindIn(task)}${rung === '' ? '' : ` ${rung}`} was requested by ${text(requestedBy)}.`;
  }),
};
