/** One probe of everything: SiPass, the Web SDK, the role, the proxy's port, and whether their versions go together. */
import type { ProbeReport } from '../../machines/events.ts';
import type { Versions } from '../core/compatibility.ts';
import { toErrorData } from '../core/errors.ts';
import type { BesideParts } from './beside-parts.ts';
import type { Glance } from './role-watch.ts';

type Reach = ProbeReport['source'];

/** Never throws: what is wrong is in the report. */
export async function probeBeside(
  { source, ping, watch }: Pick<BesideParts, 'source' | 'ping' | 'watch'>,
  judge: (versions: Versions) => string | null,
  signal: AbortSignal,
): Promise<ProbeReport> {
  const [sipass, sdk] = await Promise.all([reach(() => source.probe(signal)), reach(() => ping(signal))]);
  // Without the Web SDK nobody can say what colour the role has, and the port alone is no verdict.
  const glance = sdk.ok ? await quietly(() => watch.look(signal, sipass.ok)) : null;
  const target = glance === null || !sdk.ok ? sdk : targetOf(glance, sdk);
  const from = glance !== null && 'colour' in glance ? sourceOf(glance, sipass) : sipass;
  const versions = { source: from.ok ? from.version : null, target: target.ok ? target.version : null };
  return { source: from, target, incompatible: judge(versions) };
}

/** The role is on the side of the target: it is there that a red one is restarted. */
function targetOf(glance: Glance | Extract<Reach, { ok: false }>, sdk: Extract<Reach, { ok: true }>): Reach {
  if (!('colour' in glance)) return glance;
  if (glance.colour !== 'red') return { ...sdk, version: glance.role.server?.version ?? sdk.version };
  return { ok: false, code: 'SW_SERVER_FAILED', message: glance.words };
}

/** The proxy is on the side of the source. */
function sourceOf({ colour, words }: Glance, sipass: Reach): Reach {
  if (colour !== 'yellow-disconnected' || !sipass.ok) return sipass;
  return { ok: false, code: 'SW_UNREACHABLE', message: words };
}

async function reach(
  ask: () => Promise<{ readonly version: string | null; readonly latencyMs: number }>,
): Promise<Reach> {
  const answer = await quietly(ask);
  return 'ok' in answer ? answer : { ok: true, version: answer.version, latencyMs: answer.latencyMs };
}

async function quietly<T>(ask: () => Promise<T>): Promise<T | Extract<Reach, { ok: false }>> {
  try {
    return await ask();
  } catch (error) {
    return { ok: false, ...toErrorData(error) };
  }
}
