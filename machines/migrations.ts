/** From each older version of a machine to the newest: what its records lack is added, nothing is lost. */

import { newIncident } from './escalation/incident.ts';
import { newEscalation } from './escalation/memory.ts';
import type { Reason } from './events.ts';
import { firstHolder } from './fleet/claims.ts';
import type { FleetContext } from './fleet/memory.ts';
import { policySchema } from './policy.ts';
import { objectionOf } from './synchronization/verdict.ts';
import { noTasks } from './task.ts';

interface State {
  readonly value: unknown;
  readonly context: unknown;
}

/** The parts of the context of `integration@1` that `integration@2` has more of. */
interface FirstContext {
  readonly policy: unknown;
  readonly synchronization: {
    readonly run: object | null;
    readonly pending: object | null;
    readonly lastRun: { readonly startedAt: number; readonly endedAt: number; readonly reason: string | null } | null;
    readonly lastFullAt: number | null;
  };
}

const whole = { types: null, approveDeletes: false };

function fromFirst<S extends State>(state: S): S {
  const context = state.context as FirstContext; // written by the machine integration@1
  const { run, pending, lastRun, lastFullAt } = context.synchronization;
  const synchronization = {
    ...context.synchronization,
    run: run && { ...run, ...whole },
    pending: pending && { ...pending, ...whole },
    lastRun: lastRun && { ...lastRun, types: null },
    wholeStartedAt: lastRun?.startedAt ?? null,
    wholeEndedAt: lastRun?.endedAt ?? null,
    // The first version did not note it: a full run that ended had begun, and nothing is made up for twice.
    fullStartedAt: lastFullAt,
    objection: objectionOf(lastRun?.reason ?? null),
  };
  return {
    ...state,
    context: { ...context, policy: policySchema.parse(context.policy), synchronization, tasks: noTasks },
  };
}

/** The parts of the context of `integration@2` that `integration@3` has more of. */
interface SecondContext {
  readonly policy: unknown;
  readonly connection: { readonly failures: number; readonly lastProbeAt: number | null };
  readonly escalation: {
    readonly incident: { readonly id: string; readonly openedAt: number; readonly because: Reason } | null;
    readonly diagnosis: { readonly signature: string } | null;
    readonly quarantine: { readonly since: number } | null;
  };
}

function fromSecond<S extends State>(state: S): S {
  const context = state.context as SecondContext; // written by the machine integration@2, or made above
  const { incident, diagnosis, quarantine } = context.escalation;
  const escalation = {
    ...newEscalation,
    ...context.escalation,
    incident: incident && {
      ...newIncident(incident.id, incident.because, incident.openedAt, incident.openedAt),
      quarantinedAt: quarantine?.since ?? null,
    },
    // Only a quarantine was told to people.
    told: quarantine === null ? null : (diagnosis?.signature ?? null),
  };
  const { failures, lastProbeAt } = context.connection;
  const connection = { ...context.connection, failingSince: failures > 0 ? lastProbeAt : null };
  return { ...state, context: { ...context, policy: policySchema.parse(context.policy), connection, escalation } };
}

/** What a runtime registers with the newest machine. */
export const integrationMigrations = [
  { from: 'integration@1', migrate: <S extends State>(state: S): S => fromSecond(fromFirst(state)) },
  { from: 'integration@2', migrate: fromSecond },
] as const;

/** The first version measured by dates how long a component was held, and had nobody in particular under watch. */
function fromFirstFleet<S extends State>(state: S): S {
  const context = state.context as FleetContext; // written by the machine fleet@1, all but what is added
  return { ...state, context: { ...context, guarded: firstHolder(context)?.claim ?? null } };
}

/** What a runtime registers with the newest fleet. */
export const fleetMigrations = [{ from: 'fleet@1', migrate: fromFirstFleet }] as const;
