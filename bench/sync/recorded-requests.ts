/** Notes every request of a run, to send the same ones again without any logic: the floor under its time. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createHttpClient, type HttpClient } from '../../src/connectors/http/http-client.ts';
import { invariant } from '../../src/core/errors.ts';
import { type BenchSite, concurrency } from './bench-site.ts';

interface Recorded {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | undefined;
}

/** The requests to each side while one phase lasted, in the order in which they were sent. */
interface Phase {
  readonly name: string;
  readonly startMs: number;
  readonly source: Recorded[];
  readonly target: Recorded[];
}

/** Phase after phase: what one of them reads, the one before has written. */
export interface Recording {
  readonly phases: readonly Phase[];
  readonly endMs: number;
  readonly requests: number;
}

/** What undici publishes with `undici:request:create`. */
interface Published {
  readonly request: {
    readonly origin: string | URL;
    readonly method: Recorded['method'];
    readonly path: string;
    readonly headers: readonly string[];
    readonly body: string | null;
  };
}

export interface Recorder {
  /** What comes from now on belongs to another phase. */
  nextPhase(name: string): void;
  stop(): Recording;
}

/** Notes what is sent to a site until it is stopped. */
export function record(site: BenchSite): Recorder {
  const phaseOf = (name: string): Phase => ({ name, startMs: performance.now(), source: [], target: [] });
  const phases: Phase[] = [phaseOf('start')];
  const sourceOrigin = new URL(site.urls.source).origin;
  const note = (message: unknown) => {
    const { request } = message as Published; // the channel is undici's own
    const { method, path, body } = request;
    const recorded = { method, path, headers: paired(request.headers), body: body ?? undefined };
    phases.at(-1)?.[String(request.origin) === sourceOrigin ? 'source' : 'target'].push(recorded);
  };
  subscribe('undici:request:create', note);
  return {
    nextPhase: (name) => phases.push(phaseOf(name)),
    stop() {
      unsubscribe('undici:request:create', note);
      const requests = phases.reduce((sum, { source, target }) => sum + source.length + target.length, 0);
      return { phases, endMs: performance.now(), requests };
    },
  };
}

/** Notes nothing, where a run has more requests than memory should hold. */
export function recordNothing(): Recorder {
  return { nextPhase: () => {}, stop: () => ({ phases: [], endMs: performance.now(), requests: 0 }) };
}

function paired(flat: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const name = flat[at]?.toLowerCase() ?? '';
    if (name !== 'content-length') headers[name] = flat[at + 1] ?? '';
  }
  return headers;
}

/**
 * Sends a recording to a site, both sides of a phase at once, each with as many in flight as a run; answers how long that
 * took by phase, in milliseconds. Nothing waits for anything but the phase before.
 */
export async function replay(recording: Recording, site: BenchSite): Promise<PhaseTimes> {
  const clients = [site.urls.source, site.urls.target].map((url) =>
    createHttpClient({ baseUrl: new URL(url).origin, connections: concurrency }),
  );
  const [source, target] = clients;
  invariant(source && target, 'there are two sides');
  const token = await logIn(source, recording);
  const times = new Map<string, number>();
  for (const phase of recording.phases) {
    const startMs = performance.now();
    await Promise.all([send(source, phase.source, { authorization: token }), send(target, phase.target, {})]);
    times.set(phase.name, (times.get(phase.name) ?? 0) + performance.now() - startMs);
  }
  await Promise.all(clients.map((client) => client.close()));
  return times;
}

/** Milliseconds by the name of the phase. */
export type PhaseTimes = ReadonlyMap<string, number>;

/** How long each phase of the recorded run took. */
export function timesOf({ phases, endMs }: Recording): PhaseTimes {
  const times = new Map<string, number>();
  phases.forEach(({ name, startMs }, at) => {
    times.set(name, (times.get(name) ?? 0) + (phases[at + 1]?.startMs ?? endMs) - startMs);
  });
  return times;
}

export function sumOf(times: PhaseTimes): number {
  return [...times.values()].reduce((sum, ms) => sum + ms, 0);
}

async function send(client: HttpClient, requests: readonly Recorded[], own: Recorded['headers']): Promise<void> {
  const { signal } = new AbortController();
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < requests.length; at = next++) {
      const request = requests[at] as Recorded; // `at` is below the length
      if (isLogin(request)) continue;
      const { headers, ...rest } = request;
      await client.request({ ...rest, headers: { ...headers, ...own }, signal });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

const isLogin = ({ method, path }: Recorded) => method !== 'GET' && path.endsWith('/Authentication');

async function logIn(client: HttpClient, { phases }: Recording): Promise<string> {
  const request = phases.flatMap(({ source }) => source).find(isLogin);
  invariant(request !== undefined, 'the recording begins with a login');
  const { text } = await client.request({ ...request, signal: new AbortController().signal });
  const token = /"Token"\s*:\s*"([^"]+)"/.exec(text)?.[1];
  invariant(token !== undefined, 'the simulated server answers a login with a token');
  return token;
}
