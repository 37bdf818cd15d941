/** The rules that recognize a signature in evidence, one for each kind of evidence. */
import type { Reason } from '../../machines/events.ts';
import { isRefusal } from '../../machines/reason.ts';
import type { Evidence } from './evidence-of-deviation.ts';
import { isSignature, type Signature } from './evidence-signatures.ts';

/** What a rule has recognized, and the sentence that a person reads. */
export interface Recognized {
  readonly signature: Signature;
  readonly message: string;
}

/** How the system says that there is no room, in the message of an error. */
const noRoom = /\b(ENOSPC|EDQUOT|EROFS)\b/;
/** Errors of what the plugin keeps on its disk. */
const ofStore = new Set(['SW_STORE_FAILED', 'SW_DATA_UNWRITABLE', 'SW_DATA_LOCKED', 'SW_CHECKPOINT_CORRUPT']);

/** A full disk comes first: a plugin that died of it dies again after each restart. */
export function ofDisk({ disk, lastRun, because }: Evidence): Recognized | null {
  if (disk !== null && disk.freeBytes < disk.freeBytesMin) {
    const message = `The plugin's data directory has ${inMebibytes(disk.freeBytes)} left; ${inMebibytes(disk.freeBytesMin)} is the least. Make room.`;
    return { signature: 'disk', message };
  }
  const unwritable = [lastRun, because].find((reason) => reason?.code === 'SW_DATA_UNWRITABLE');
  if (unwritable) return { signature: 'disk', message: unwritable.message };
  // Without a measurement the word of the system stands.
  const full = disk === null ? [lastRun, because].find((reason) => noRoom.test(reason?.message ?? '')) : null;
  return full ? { signature: 'disk', message: full.message } : null;
}

const inMebibytes = (bytes: number): string => `${Math.floor(bytes / 2 ** 20)} MiB`;

export function ofPlugin({ plugin, probeFailure }: Evidence): Recognized | null {
  if (!plugin.running) return { signature: 'plugin-down', message: 'The plugin is not running.' };
  if (!plugin.answering) return { signature: 'plugin-hung', message: 'The plugin runs but does not answer.' };
  // Its host answers, and the plugin inside is stuck.
  if (probeFailure?.code === 'SW_PLUGIN_UNRESPONSIVE')
    return { signature: 'plugin-hung', message: probeFailure.message };
  return null;
}

/** Codes and words of refusals: reachable, and saying no. */
const refusedAs: { readonly [code: string]: Signature } = {
  SW_LICENCE: 'licence',
  licence: 'licence',
  SW_SESSION_BUSY: 'session-busy',
  'session-busy': 'session-busy',
  SW_TLS_UNTRUSTED: 'certificate',
  untrusted: 'certificate',
  SW_INCOMPATIBLE: 'incompatible',
  incompatible: 'incompatible',
};

/** Wrong versions, credentials, licences and certificates. What a probe says now outweighs what was said before. */
export function ofRefusal({ probe, lastRun, because }: Evidence): Recognized | null {
  if (probe?.incompatible) return { signature: 'incompatible', message: probe.incompatible };
  for (const side of probe ? [probe.source, probe.target] : []) if (!side.ok && isRefusal(side)) return refused(side);
  // Versions are compared before a run, and not by a probe of one side alone.
  if (lastRun?.code === 'SW_INCOMPATIBLE') return refused(lastRun);
  const before = probe === null ? [lastRun, because].find((reason) => isRefusal(reason)) : null;
  return before ? refused(before) : null;
}

const refused = ({ code, message }: Reason): Recognized => ({ signature: refusedAs[code] ?? 'credentials', message });

export function ofNetwork(evidence: Evidence): Recognized | null {
  const { probe, sourceReachable, targetReachable } = evidence;
  if (!sourceReachable && !targetReachable) return ofSilence(evidence);
  if (!targetReachable) {
    const message = 'The target does not accept connections; no remedy of the ladder restarts it.';
    return { signature: 'target-down', message };
  }
  if (!sourceReachable) return ofSource(evidence);
  if (probe && !probe.source.ok) return { signature: 'source-failing', message: probe.source.message };
  if (probe && !probe.target.ok) return { signature: 'target-failing', message: probe.target.message };
  return null;
}

/** Neither side: whether anything else can be reached tells our own network from theirs. */
function ofSilence({ others, sourceHostAnswers }: Evidence): Recognized {
  if (others.reachable > 0 || sourceHostAnswers === true) {
    const message = 'Neither side accepts connections, and other addresses can be reached: both are down.';
    return { signature: 'both-down', message };
  }
  const also = others.asked > 0 ? `, nor any of ${others.asked} other addresses` : '';
  const message = `Neither side can be reached from here${also}: most likely our own network is gone.`;
  return { signature: 'own-network', message };
}

/** The source alone: the proxy can be restarted only while its machine is up. */
function ofSource({ sourceHostAnswers }: Evidence): Recognized {
  if (sourceHostAnswers === false) {
    const message =
      'The machine of the source answers on none of its ports: it is down, and nothing on it can be restarted.';
    return { signature: 'source-down', message };
  }
  const message = 'Nothing listens at the address of the source: the proxy is dead.';
  return { signature: 'proxy-dead', message };
}

/** Both sides answer: what remains is in the data, or in a run that does not come to its end. */
export function ofRun({ lastRun, because }: Evidence): Recognized {
  const { code, message } = lastRun ?? because;
  if (ofStore.has(code) || noRoom.test(message)) return { signature: 'store-failed', message };
  if (code.startsWith('SW_'))
    return {
      signature: 'interrupted',
      message: `Both sides answer, and the run was interrupted again and again: ${message}`,
    };
  return { signature: isSignature(code) ? code : 'unknown', message };
}
