/** A committed step as a line that a person can read: decisions first, then what changed, then the bare event. */
import type { StepView } from '../../http/api.ts';

export interface StepSentence {
  readonly what: string;
  readonly because: string | null;
}

/** The lines of one step; never empty. */
export function sentencesOf(step: StepView): readonly StepSentence[] {
  if (step.decisions.length > 0) return step.decisions.map(({ what, because }) => ({ what, because }));
  const moves = regionMoves(step);
  const sentence = toldSentence(step);
  if (sentence !== null) return [{ what: sentence, because: moves.join(' ') || null }];
  if (moves.length > 0) return [{ what: moves.join(' '), because: reasonText(step) }];
  return [{ what: eventText(step.event.type), because: null }];
}

/** Whether nothing happened that a reader of the timeline looks for: probes, checks and progress without a consequence. */
export function isRoutine(step: StepView): boolean {
  return step.decisions.length === 0 && regionMoves(step).length === 0 && toldSentence(step) === null;
}

/** The regions whose state people follow, and how a change of each is told. */
const regions = [
  { path: 'connection.status', name: 'Connection' },
  { path: 'synchronization.run', name: 'Synchronization' },
  { path: 'escalation', name: 'Ladder' },
] as const;

function regionMoves(step: StepView): readonly string[] {
  return regions.flatMap(({ path, name }) => {
    const from = step.transitions.map((edge) => stateUnder(path, edge.split('|')[0] ?? '')).find((state) => state);
    const to = step.active.map((id) => stateUnder(path, id)).find((state) => state);
    return from && to && from !== to ? [`${name}: ${from} → ${to}.`] : [];
  });
}

/** The state below a region that an id names: of `integration@3.connection.status.warning`, `warning`. */
function stateUnder(path: string, id: string): string | null {
  const [, rest] = id.split(`.${path}.`);
  return rest?.split('.')[0] ?? null;
}

/** Events that are worth a line of their own, whatever they changed. */
const told: Record<string, (details: StepView['event']['details']) => string> = {
  'synchronization.requested': ({ mode, requestedBy, types, approveDeletes }) =>
    `${capital(text(mode))} synchronization${ofTypes(types)} requested${by(requestedBy)}${approveDeletes === true ? ', its deletes approved' : ''}.`,
  'task.requested': ({ task, requestedBy }) => `Task requested${by(requestedBy)}: ${kindOf(task)}.`,
  'task.cancelled': ({ requestedBy }) => `A task was cancelled${by(requestedBy)}.`,
  'cancellation.requested': ({ requestedBy }) => `Cancellation requested${by(requestedBy)}.`,
  'refresh.requested': ({ requestedBy }) => `Refresh of the counts requested${by(requestedBy)}.`,
  'release.requested': ({ requestedBy }) => `Release from quarantine requested${by(requestedBy)}.`,
  'approval.given': ({ rung, by: who }) => `${text(who)} agreed to ${text(rung)}.`,
  'approval.refused': ({ rung, by: who }) => `${text(who)} refused ${text(rung)}.`,
  'step.answered': ({ rung, by: who, done, note }) =>
    `${text(who)} ${done === true ? 'did' : 'could not do'} ${text(rung)}.${note === '' ? '' : ` "${text(note)}"`}`,
  'hold.placed': ({ name, reason }) => `Hold "${text(name)}" placed: ${text(reason)}.`,
  'hold.released': ({ name }) => `Hold "${text(name)}" released.`,
  'policy.changed': () => 'The policy was changed.',
  'integration.restarted': () => 'Supervision began anew from what is observed.',
  'run.advanced': ({ phase }) => `The run reached ${text(phase)}.`,
  'execution.retried': ({ child, attempt, error }) =>
    `${capital(text(child))} failed and is tried again (attempt ${text(attempt)}): ${messageIn(error)}`,
  'action.given-up': ({ action }) => `The action "${text(action)}" failed every time and was given up.`,
  'timers.moved': () => 'Pending timers were moved, because the process had been away.',
  'plugin.lost': ({ message }) => `The plugin was lost: ${text(message)}`,
};

function toldSentence({ event }: StepView): string | null {
  return told[event.type]?.(event.details) ?? null;
}

function reasonText({ event }: StepView): string | null {
  const { error, message, reason } = event.details;
  for (const value of [message, reason, error]) {
    if (typeof value === 'string') return value;
    if (typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string')
      return value.message;
  }
  return null;
}

/** An event's name without the engine's own prefixes: `after probeDue`, `probe done`, `hold.placed`. */
export function shortEventName(type: string): string {
  const delay = /^xstate\.after\.([^.]+)\./.exec(type)?.[1];
  if (delay) return `after ${delay}`;
  const [, outcome, name] = /^xstate\.(done|error)\.(?:actor|state)\.(.+)$/.exec(type) ?? [];
  return outcome && name ? `${name} ${outcome}` : type;
}

/** An event as a sentence, for steps that have nothing more to say. */
export function eventText(type: string): string {
  const [first = type, second] = shortEventName(type).split(' ');
  if (first === 'after') return `Timer ${second} is due.`;
  if (second !== undefined) return `${capital(first)} ${second === 'done' ? 'answered' : 'failed'}.`;
  if (type === 'xstate.init') return 'Supervision started.';
  return type === 'run.progressed' ? 'The run made progress.' : `${capital(type.replaceAll('.', ' '))}.`;
}

const messageIn = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? text(error.message) : text(error);
const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
const ofTypes = (types: unknown): string => (Array.isArray(types) ? ` of ${types.join(', ')}` : '');
const kindOf = (task: unknown): string =>
  typeof task === 'object' && task !== null && 'kind' in task ? text(task.kind).replaceAll('-', ' ') : 'unknown';
const by = (who: unknown): string => (typeof who === 'string' ? ` by ${who}` : '');
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
