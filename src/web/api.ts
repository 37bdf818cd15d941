/** The HTTP API as the pages use it: every answer is parsed, every failure has a sentence. */
import { z } from 'zod';
import { integrationViewSchema, problemSchema, type StepView, setAsideSchema, stepViewSchema } from '../http/api.ts';
import { type ExplanationView, explanationSchema, type FleetView, fleetViewSchema } from '../http/fleet-api.ts';
import { type IncidentView, incidentListSchema, incidentViewSchema } from '../http/incident-api.ts';
import { type RejectedList, rejectedListSchema } from '../http/plugin-api.ts';
import { type Statechart, statechartSchema } from '../http/statechart-api.ts';
import { noteServerDate } from './shared/server-time.ts';

const answerTimeoutMs = 15_000;

/** A request that did not succeed; the message is for people. `status` is 0 when there was no answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

const faultSchema = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  active: z.boolean(),
  oneShot: z.boolean(),
});
const demoSchema = z.object({ title: z.string(), faults: z.array(faultSchema) });
const integrationsSchema = z.object({
  integrations: z.array(integrationViewSchema),
  setAside: z.array(setAsideSchema),
});
const historySchema = z.object({ steps: z.array(stepViewSchema) });

export type Demo = z.infer<typeof demoSchema>;
export type Fault = z.infer<typeof faultSchema>;

/** Relative to the page, so that a prefix of a reverse proxy is kept. */
export function apiUrl(path: string): URL {
  return new URL(`api/v1/${path}`, document.baseURI);
}

const integrationPath = (id: string) => `integrations/${encodeURIComponent(id)}`;

async function request(url: URL, init: RequestInit = {}): Promise<Response> {
  const signal = AbortSignal.timeout(answerTimeoutMs);
  const response = await fetch(url, { ...init, signal }).catch((error: unknown) => {
    const why = error instanceof DOMException && error.name === 'TimeoutError' ? 'in time' : 'at all';
    throw new ApiError(0, 'unreachable', `Syncwarden did not answer ${why}.`);
  });
  noteServerDate(response.headers.get('date'));
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function problemOf(response: Response): Promise<ApiError> {
  const parsed = problemSchema.safeParse(await response.json().catch(() => null));
  if (parsed.success) return new ApiError(response.status, parsed.data.code, parsed.data.message);
  return new ApiError(response.status, 'unknown', `Syncwarden answered with status ${response.status}.`);
}

async function read<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const response = await request(apiUrl(path));
  const parsed = schema.safeParse(await response.json().catch(() => null));
  if (parsed.success) return parsed.data;
  const message = 'The answer of Syncwarden has another shape than this page knows. Reload the page.';
  throw new ApiError(response.status, 'unexpected-answer', message);
}

async function write(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<void> {
  const content =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  await request(apiUrl(path), { method, ...content });
}

export function readIntegrations(): Promise<z.infer<typeof integrationsSchema>> {
  return read('integrations', integrationsSchema);
}

/** Steps newest first, those before the sequence number `before` when it is given. */
export async function readHistory(id: string, limit: number, before?: number): Promise<readonly StepView[]> {
  const query = new URLSearchParams({
    limit: String(limit),
    ...(before === undefined ? {} : { before: String(before) }),
  });
  return (await read(`${integrationPath(id)}/history?${query}`, historySchema)).steps;
}

export function readStatechart(id: string): Promise<Statechart> {
  return read(`${integrationPath(id)}/statechart`, statechartSchema);
}

/** What the demo offers; null when this is not a demo. */
export async function readDemo(): Promise<Demo | null> {
  return await read('demo', demoSchema).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  });
}

/** Whether the server's process answers, whatever the state of its integrations. */
export async function isAlive(): Promise<boolean> {
  return await request(new URL('livez', document.baseURI)).then(
    () => true,
    () => false,
  );
}

export const requestSynchronization = (id: string, mode: 'full' | 'delta') =>
  write('POST', `${integrationPath(id)}/synchronizations`, { mode, dryRun: false });
export const requestRefresh = (id: string) => write('POST', `${integrationPath(id)}/refresh`);
export const requestCancellation = (id: string) => write('POST', `${integrationPath(id)}/cancel`);
export const requestRelease = (id: string) => write('POST', `${integrationPath(id)}/release`);
/** You have looked at the deletes that the guard stopped. */
export const approveDeletes = (id: string) =>
  write('POST', `${integrationPath(id)}/synchronizations`, { mode: 'full', dryRun: false, approveDeletes: true });
export const requestDryRun = (id: string) =>
  write('POST', `${integrationPath(id)}/synchronizations`, { mode: 'full', dryRun: true });
export const requestVerification = (id: string) => write('POST', `${integrationPath(id)}/verify`, {});
export const cancelTask = (id: string, task: string) =>
  write('DELETE', `${integrationPath(id)}/tasks/${encodeURIComponent(task)}`);

export function readRejected(id: string, limit: number): Promise<RejectedList> {
  return read(`${integrationPath(id)}/rejected?limit=${limit}`, rejectedListSchema);
}

export const retryRejected = (id: string, refs: readonly { readonly type: string; readonly key: string }[] | 'all') =>
  write('POST', `${integrationPath(id)}/rejected/retry`, { refs });
export const placeHold = (id: string, hold: { readonly name: string; readonly reason: string }) =>
  write('POST', `${integrationPath(id)}/holds`, hold);
export const releaseHold = (id: string, name: string) =>
  write('DELETE', `${integrationPath(id)}/holds/${encodeURIComponent(name)}`);
export const setFault = (id: string, active: boolean) =>
  write('POST', `demo/faults/${encodeURIComponent(id)}`, { active });

/** Who acts, for the record; without it the server notes an operator. */
const as = (by: string) => (by === '' ? {} : { by });

/** How the fleet stands; null where there is none. */
export async function readFleet(): Promise<FleetView | null> {
  return await read('fleet', fleetViewSchema).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  });
}

/** Times are told on the reader's own clocks. */
export function readExplanation(id: string): Promise<ExplanationView> {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return read(`${integrationPath(id)}/explanation?timeZone=${encodeURIComponent(timeZone)}`, explanationSchema);
}

export function readIncidents(id: string, limit: number): Promise<z.infer<typeof incidentListSchema>> {
  return read(`incidents?${new URLSearchParams({ integration: id, limit: String(limit) })}`, incidentListSchema);
}

const incidentPath = (id: string, incident: string) =>
  `incidents/${encodeURIComponent(id)}/${encodeURIComponent(incident)}`;

export function readIncident(id: string, incident: string): Promise<IncidentView> {
  return read(incidentPath(id, incident), incidentViewSchema);
}

export function bundleHref(id: string, incident: string, format: 'json' | 'markdown'): string {
  return apiUrl(`${incidentPath(id, incident)}/bundle?format=${format}`).href;
}

export const answerApproval = (id: string, rung: string, approve: boolean, by: string) =>
  write('POST', `${integrationPath(id)}/approvals`, { rung, approve, ...as(by) });
export const answerStep = (
  id: string,
  answer: { readonly rung: string; readonly done: boolean; readonly note: string },
  by: string,
) => write('POST', `${integrationPath(id)}/steps`, { ...answer, ...as(by) });
export const carryOutRemedy = (id: string, rung: string, by: string) =>
  write('POST', `${integrationPath(id)}/remedies`, { rung, ...(by === '' ? {} : { requestedBy: by }) });

const byQuery = (by: string) => (by === '' ? '' : `?by=${encodeURIComponent(by)}`);
export const applyBrake = (reason: string, by: string) => write('POST', 'fleet/brake', { reason, ...as(by) });
export const releaseBrake = (by: string) => write('DELETE', `fleet/brake${byQuery(by)}`);
export const beginDryRun = (by: string) => write('POST', 'fleet/dry-run', as(by));
export const endDryRun = (by: string) => write('DELETE', `fleet/dry-run${byQuery(by)}`);
