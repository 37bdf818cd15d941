/** A SiPass, a Security Center and Genetec's role over real sockets, and what a test asks them. */
import { connect } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import type { GenetecRoleOptionsInput } from '../../../src/simulator/genetec-role/options.ts';
import { startGenetecRole } from '../../../src/simulator/genetec-role/simulator.ts';
import { startSecurityCenterSimulator } from '../../../src/simulator/security-center/simulator.ts';
import { startSipassSimulator } from '../../../src/simulator/sipass/simulator.ts';
import { freshFetch } from '../fresh-fetch.ts';

interface Counted {
  readonly total: number;
  readonly byType: { readonly [type: string]: number };
}

/** The latest synchronization, as tab and back door show it. */
export interface Latest {
  readonly id: number;
  readonly trigger: string;
  readonly state: string;
  readonly successful: boolean | null;
  readonly startedAt: number;
  readonly total: number;
  readonly synchronized: number;
  readonly byType: readonly { readonly type: string; readonly total: number; readonly synchronized: number }[];
  readonly message: string | null;
}

/** What `GET /state` says. */
export interface State {
  readonly role: {
    readonly runningState: string;
    readonly connected: boolean;
    readonly starts: number;
    readonly startedAt: number | null;
    readonly diagnostics: readonly { readonly context: string }[];
  };
  readonly proxy: { readonly starts: number; readonly listening: boolean; readonly reachesSipass: boolean };
  readonly server: { readonly startedAt: number | null };
  readonly expected: Counted;
  readonly owned: Counted;
  readonly latest: Latest | null;
  readonly asked: readonly object[];
}

/** What the stand-in of the tab says. */
export interface Tab {
  readonly currentlySynchronizedEntities: (Counted & { readonly countedAt: number }) | null;
  readonly latestSynchronizationInformation: Latest | null;
}

/** An answer; the shape of its body differs from route to route, and a test names the one it expects. */
export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

export async function call<T>(url: string, method: string, body?: unknown, headers = {}): Promise<Answer<T>> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const init = { method, headers: { ...json, ...headers } };
  const answer = await freshFetch(url, body === undefined ? init : { ...init, body: JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as T };
}

type Settings = NonNullable<GenetecRoleOptionsInput['settings']>;

/** Small and quick; ends with the test. */
export async function openSite(settings: Settings = {}, people = 12) {
  const sipass = await startSipassSimulator({ port: 0, adminPort: 0, cardholders: people });
  onTestFinished(() => sipass.close());
  const securityCenter = await startSecurityCenterSimulator({ port: 0, adminPort: 0, strangers: 2 });
  onTestFinished(() => securityCenter.close());
  const role = await startGenetecRole({
    port: 0,
    adminPort: 0,
    proxyPort: 0,
    sipass: { url: sipass.url },
    directoryUrl: securityCenter.adminUrl,
    reconnectMs: 10,
    settings: { pollMs: 40, roleRestartMs: 0, serverRestartMs: 0, proxyRestartMs: 0, ...settings },
  });
  onTestFinished(() => role.close());

  const webSdk = async <T>(path: string, q: string): Promise<T> => {
    const authorization = `Basic ${Buffer.from('syncwarden;syncwarden:syncwarden').toString('base64')}`;
    const url = `${securityCenter.url}/WebSdk${path}?q=${encodeURIComponent(q)}`;
    type Envelope = { readonly Rsp: { readonly Result: T } };
    return (await call<Envelope>(url, 'GET', undefined, { accept: 'text/json', authorization })).body.Rsp.Result;
  };
  const admin = async <T = unknown>(method: string, path: string, body?: unknown) =>
    (await call<T>(`${role.adminUrl}${path}`, method, body)).body;
  const state = () => admin<State>('GET', '/state');
  const until = async (isSo: (state: State) => boolean): Promise<State> => {
    let now = await state();
    const look = async () => {
      now = await state();
      return isSo(now);
    };
    if (!isSo(now)) await vi.waitUntil(look, { interval: 20, timeout: 20_000 });
    return now;
  };
  return {
    sipass,
    securityCenter,
    role,
    webSdk,
    admin,
    state,
    /** Reads the state until it is as expected. */
    until,
    /** Until a synchronization of that trigger is completed, and the role normal again. */
    untilSynchronized: (trigger = 'first-connection') =>
      until(
        ({ latest, role: own }) =>
          latest?.trigger === trigger && latest.state === 'completed' && own.runningState === 'Running',
      ),
    tab: <T = Tab>(method: string, path = '') => call<T>(`${role.url}/stand-in/synchronization-tab${path}`, method),
    provider: (action: string, idempotencyKey: string) =>
      call<{ readonly startedAt: number; readonly id: number }>(`${role.url}/provider/${action}`, 'POST', {
        integration: 'hq',
        rung: 'any',
        idempotencyKey,
        fencingToken: 1,
      }),
    /** The role as anybody sees it over the Web SDK. */
    shown: () => webSdk<object>('/entity', `entity=${role.roleId},RunningState,IsOnline`),
    /** What belongs to an owner, by the Web SDK's filter. */
    owned: (type: string, owner = role.roleId) =>
      webSdk<readonly { readonly Guid: string }[]>('/report/EntityConfiguration', `EntityTypes@${type},Owner=${owner}`),
  };
}

export type RoleSite = Awaited<ReturnType<typeof openSite>>;

/** Whether somebody listens there. */
export function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
