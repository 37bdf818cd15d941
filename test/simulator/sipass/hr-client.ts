/** A plain client of the HR API over real sockets, as the tests need it. */
import { onTestFinished } from 'vitest';
import type { SipassOptionsInput } from '../../../src/simulator/sipass/options.ts';
import {
  type SipassDependencies,
  type SipassSimulator,
  startSipassSimulator,
} from '../../../src/simulator/sipass/simulator.ts';
import { freshFetch } from '../fresh-fetch.ts';

/**
 * Every member that the tests look at, whatever it is a member of. Which ones an answer really has is what the tests
 * find out; the rest is unknown.
 */
interface WireObject {
  readonly Token: string;
  readonly Records: readonly WireObject[];
  readonly TotalRecords: number;
  readonly ErrorCode: number;
  readonly FirstName: string;
  readonly LastName: string;
  readonly Status: number;
  readonly Type: number;
  readonly Potrait: string;
  readonly Attributes: Readonly<Record<string, boolean>>;
  readonly CustomFields: readonly object[];
  readonly AccessRule: readonly object[];
  readonly AccessLevels: readonly object[];
  readonly AccessRules: readonly { readonly ArmingRightsId: number | null }[];
  readonly Credentials: readonly {
    readonly CardNumber: string;
    readonly FacilityCode: number;
    readonly CardTechnologyCode: number;
    readonly Active: boolean;
  }[];
  readonly PersonalDetails: { readonly ContactDetails: Readonly<Record<string, unknown>> };
  /** Members of the back door's answers. */
  readonly tokens: readonly string[];
  readonly [member: string]: unknown;
}

export interface HrAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: WireObject;
}

export interface HrClient {
  readonly token: string;
  call(method: string, path: string, body?: unknown): Promise<HrAnswer>;
  /** Tokens of a whole walk over the cardholders. */
  walk(step: number, extra?: string): Promise<string[]>;
}

/** Starts a simulator on free ports that ends with the test. */
export async function startSipass(
  options: SipassOptionsInput = {},
  dependencies: SipassDependencies = {},
): Promise<SipassSimulator> {
  const simulator = await startSipassSimulator({ port: 0, adminPort: 0, cardholders: 40, ...options }, dependencies);
  onTestFinished(() => simulator.close());
  return simulator;
}

export async function request(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<HrAnswer> {
  const reply = await freshFetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, body: text === '' ? null : JSON.parse(text) };
}

export const right = { Username: 'syncwarden', Password: 'syncwarden' };
export const asClient = (id: string) => ({ clientUniqueId: id, Language: 'English' });

export const logIn = (base: string, client = 'test', credentials = right) =>
  request(`${base}/api/V1/hr/Authentication`, 'POST', asClient(client), credentials);

/** Logs in and answers a client of that session. */
export async function openClient(base: string, client = 'test'): Promise<HrClient> {
  const token: string = (await logIn(base, client)).body.Token;
  const call = (method: string, path: string, body?: unknown) =>
    request(`${base}/api/V1/hr/${path}`, method, { ...asClient(client), Authorization: token }, body);
  return {
    token,
    call,
    async walk(step, extra = '') {
      const tokens: string[] = [];
      for (let start = 0; ; start += step) {
        const { body } = await call('GET', `Cardholders?${window(start, start + step)}${extra}`);
        tokens.push(...body.Records.map((record: { Token: string }) => record.Token));
        if (body.Records.length < step) return tokens;
      }
    },
  };
}

/** The query of a list sorted by last name. */
export function window(start: number, end: number, fields = 'FirstName,LastName,Status'): string {
  const order = JSON.stringify({ FieldName: 'LastName', Value: '', SortingOrder: 0 });
  return new URLSearchParams({
    searchString: '',
    appId: 'Cardholders',
    fields,
    sortingOrder: order,
    filterExpression: '{}',
    startIndex: String(start),
    endIndex: String(end),
  }).toString();
}

export const admin = (simulator: { adminUrl: string }, method: string, path: string, body?: unknown) =>
  request(`${simulator.adminUrl}${path}`, method, {}, body);
