/** The connection as a person sees it: a status, never without a reason when it is not simply connected. */
import type { IntegrationContext } from '../../machines/context.ts';
import type { ProbeReport, Reason } from '../../machines/events.ts';
import type { IntegrationView } from './api.ts';
import { reasonView } from './reason-view.ts';
import type { IntegrationValue } from './state-value.ts';

type ConnectionView = IntegrationView['connection'];

export function connectionView(context: IntegrationContext, value: IntegrationValue): ConnectionView {
  const { report, reason, since, lastProbeAt } = context.connection;
  const { status: state } = value.connection;
  const status = state === 'lost' ? 'disconnected' : state; // passed through within a step
  return {
    status,
    // Connected, the machine may remember why a single probe failed: that is no reason of the status.
    reason: status === 'connected' ? null : reasonView(reason ?? recovering(context)),
    since,
    lastProbeAt,
    source: report && sideView(report.source),
    target: report && sideView(report.target),
  };
}

/** The last probe was good, but one good probe is not yet a connection. */
function recovering({ connection, policy }: IntegrationContext): Reason {
  const { successesToConnect } = policy.connection;
  const message = `The last probe was good; ${connection.successes} of the ${successesToConnect} good probes in a row that end this state have come.`;
  return { code: 'recovering', message };
}

function sideView(reach: ProbeReport['source']): ConnectionView['source'] {
  return reach.ok
    ? { ok: true, version: reach.version, latencyMs: reach.latencyMs }
    : { ok: false, version: null, latencyMs: null };
}
