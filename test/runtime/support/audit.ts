/** Holds the books of a ledger against each other and against what was seen outside; pure. */
import type { LedgerContext } from './ledger.ts';
import type { Testimony, Witness } from './witness.ts';

/** One instance, as a runtime that was just opened shows it. */
export interface LedgerState {
  readonly context: LedgerContext;
  /** How many it has pending. */
  readonly executions: number;
  readonly timers: number;
  readonly actions: number;
}

/** Everything that is wrong, in words; empty when every promise was kept. */
export function audit(states: readonly LedgerState[], witness: Witness): readonly string[] {
  const present = new Set(states.map(({ context }) => context.name));
  const missing = witness.names.filter((name) => {
    const { isStarted, isStopping, ran } = witness.of(name);
    return (isStarted || ran.size > 0) && !isStopping && !present.has(name);
  });
  return [
    ...witness.violations,
    ...missing.map((name) => `${name}: it was started, and is not there`),
    ...states.flatMap((state) => auditOne(state, witness.of(state.context.name))),
  ];
}

function auditOne({ context, executions, timers, actions }: LedgerState, seen: Testimony): readonly string[] {
  const { credits, total, begun, ended, set, rang, cleared, alarmMs } = context;
  const done = ended.filter(({ how }) => how === 'done').map(({ job }) => job);
  const lost = [...seen.acknowledged].filter((id) => !credits.includes(id));
  const invented = credits.filter((id) => !seen.sent.has(id));
  const rules: readonly (readonly [holds: boolean, wrong: string])[] = [
    [!seen.isStopped, 'it was acknowledged to be stopped, and is there'],
    [lost.length === 0, `acknowledged credits are lost: ${lost}`],
    [invented.length === 0, `credits were never sent: ${invented}`],
    [new Set(credits).size === credits.length, `credits were taken twice: ${credits}`],
    [isAscending(credits), `credits changed places: ${credits}`],
    [total === credits.length, `a step is half there: ${credits.length} credits, counted ${total}`],
    [begun === ended.length + executions, `${begun} jobs begun, ${ended.length} ended, ${executions} under way`],
    [ended.every(({ job }, index) => job === index + 1), `jobs ended as ${JSON.stringify(ended)}`],
    [ended.every(({ job, waitedFor }) => job === waitedFor), `a stale outcome was taken: ${JSON.stringify(ended)}`],
    [Math.max(0, ...seen.ran) <= begun, `job ${Math.max(0, ...seen.ran)} was done, and only ${begun} are on record`],
    [
      [...seen.told].every((job) => done.includes(job)),
      `told of the jobs ${[...seen.told]}, and on record are ${done}`,
    ],
    [done.length - seen.told.size <= actions, `${done.length} to tell, ${seen.told.size} told, ${actions} pending`],
    [
      set === rang.length + cleared + timers,
      `${set} alarms set, ${rang.length} rang, ${cleared} cleared, ${timers} left`,
    ],
    [isAscending(rang.map(({ alarm }) => alarm)), `alarms rang twice: ${JSON.stringify(rang)}`],
    [rang.every(({ afterMs }) => afterMs >= alarmMs), `an alarm rang early: ${JSON.stringify(rang)}`],
  ];
  return rules.flatMap(([holds, wrong]) => (holds ? [] : [`${context.name}: ${wrong}`]));
}

const isAscending = (numbers: readonly number[]) =>
  numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
