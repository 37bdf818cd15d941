/**
 * What is wrong, and which rungs of the ladder can help: a pure judgement over evidence.
 *
 * The order of the rules is the order of certainty. Whatever no restart can heal is named and leads to a person;
 * where nothing certain is known every rung may be tried.
 */
import type { Diagnosis, ProbeReport, Reason } from '../../machines/events.ts';
import { isRefusal } from '../../machines/reason.ts';

/** What was found out about a deviation. */
export interface Evidence {
  /** The fact that opened the incident. */
  readonly because: Reason;
  /** Whether the plugin's host process runs and answers. */
  readonly plugin: { readonly running: boolean; readonly answering: boolean };
  /** What the plugin's own probe says now; null when it gave no answer. */
  readonly probe: ProbeReport | null;
  /** Whether a plain connection from the supervisor reaches the address of each side. */
  readonly sourceReachable: boolean;
  readonly targetReachable: boolean;
}

/** A rung as far as a diagnosis needs it. */
export interface Remedial {
  readonly id: string;
  readonly remedy: string;
}

interface Finding {
  readonly signature: string;
  readonly message: string;
  /** Remedies that can help. */
  readonly helps: (remedy: string) => boolean;
}

const nothing = () => false;
const everything = () => true;
const only =
  (...remedies: string[]) =>
  (remedy: string) =>
    remedies.includes(remedy);
const restarts = (remedy: string) => remedy !== 'synchronize';

/** Names the signature, and the rungs of the policy that can help against it, in the policy's order. */
export function diagnose(evidence: Evidence, rungs: readonly Remedial[]): Diagnosis {
  const finding = find(evidence);
  return {
    signature: finding.signature,
    message: finding.message,
    rungs: rungs.filter(({ remedy }) => finding.helps(remedy)).map(({ id }) => id),
    evidence: { ...evidence },
  };
}

function find(evidence: Evidence): Finding {
  return ofPlugin(evidence) ?? ofRefusal(evidence) ?? ofNetwork(evidence) ?? ofData(evidence);
}

function ofPlugin({ plugin }: Evidence): Finding | null {
  if (plugin.running && plugin.answering) return null;
  const helps = only('restart-plugin', 'restart-server');
  return plugin.running
    ? { signature: 'plugin-hung', message: 'The plugin runs but does not answer.', helps }
    : { signature: 'plugin-down', message: 'The plugin is not running.', helps };
}

/** Wrong versions, credentials, licences and certificates: reachable, and saying no. */
function ofRefusal({ probe, because }: Evidence): Finding | null {
  if (probe?.incompatible) return { signature: 'incompatible', message: probe.incompatible, helps: nothing };
  for (const side of probe ? [probe.source, probe.target] : []) {
    if (side.ok || !isRefusal(side)) continue;
    const signature = { SW_LICENCE: 'licence', SW_SESSION_BUSY: 'session-busy' }[side.code] ?? 'credentials';
    return { signature, message: side.message, helps: nothing };
  }
  return probe === null && isRefusal(because)
    ? { signature: 'refused', message: because.message, helps: nothing }
    : null;
}

function ofNetwork({ probe, sourceReachable, targetReachable }: Evidence): Finding | null {
  if (!sourceReachable && !targetReachable) {
    const message = 'Neither side can be reached from here: most likely our own network is gone.';
    return { signature: 'own-network', message, helps: nothing };
  }
  if (!targetReachable) {
    const message = 'The target does not accept connections; no remedy of the ladder restarts it.';
    return { signature: 'target-down', message, helps: nothing };
  }
  if (!sourceReachable) {
    const message = 'Nothing listens at the address of the source: the proxy is dead.';
    return { signature: 'proxy-dead', message, helps: only('restart-proxy') };
  }
  if (probe && !probe.source.ok) return { signature: 'source-failing', message: probe.source.message, helps: restarts };
  if (probe && !probe.target.ok) return { signature: 'target-failing', message: probe.target.message, helps: restarts };
  return null;
}

/** Both sides answer: what remains is in the data, or in a run that does not come to its end. */
function ofData({ because }: Evidence): Finding {
  const { code, message } = because;
  if (['empty-source', 'delete-guard', 'rejected'].includes(code)) return { signature: code, message, helps: nothing };
  if (code === 'stalled') return { signature: code, message, helps: restarts };
  return { signature: code, message, helps: everything };
}
