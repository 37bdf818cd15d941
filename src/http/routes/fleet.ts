/** The fleet: how it stands, the brake, and the dry run of all ladders. */
import { z } from 'zod';
import { CodedError } from '../../core/errors.ts';
import { fleetKey } from '../../core/fleet-key.ts';
import { accepted, acceptedResponse } from '../accepted.ts';
import { problemSchema, requesterSchema } from '../api.ts';
import type { App, AppOptions } from '../app-options.ts';
import { brakeRequestSchema, dryRunSwitchSchema, type FleetView, fleetViewSchema } from '../fleet-api.ts';
import { fleetState } from '../fleet-record.ts';
import { fleetView } from '../fleet-view.ts';
import { refuse } from '../refusals.ts';

const byQuery = z.object({ by: requesterSchema });
const base = '/api/v1/fleet';

export function fleetRoutes(app: App, options: AppOptions): void {
  const { runtime, clock } = options;
  const view = () => viewOf(options);
  const send = async (event: { readonly type: string; readonly [member: string]: unknown }) => {
    view(); // refused without a fleet
    await runtime.send(fleetKey, { at: clock.now(), ...event });
    return accepted;
  };

  const one = { summary: 'Storm, brake, dry run, and who works on what', response: answers(fleetViewSchema) };
  app.get(base, { schema: one }, async () => view());

  const brake = { summary: 'Stop the ladders of all integrations', body: brakeRequestSchema };
  app.post(`${base}/brake`, { schema: { ...brake, response: acceptedResponse } }, (request, reply) => {
    reply.code(202);
    return send({ type: 'brake.applied', ...request.body });
  });
  const release = { summary: 'Let the ladders go on', querystring: byQuery, response: acceptedResponse };
  app.delete(`${base}/brake`, { schema: release }, async (request, reply) => {
    reply.code(202);
    if (view().brake === null)
      refuse('releasing the brake', 'that it is on', 'that it is off', 'There is nothing to do');
    return send({ type: 'brake.released', by: request.query.by });
  });

  const dryRun = { summary: 'Decide everything and carry nothing out', body: dryRunSwitchSchema };
  app.post(`${base}/dry-run`, { schema: { ...dryRun, response: acceptedResponse } }, (request, reply) => {
    reply.code(202);
    return send({ type: 'dry-run.begun', by: request.body.by });
  });
  const end = { summary: 'End the dry run', querystring: byQuery, response: acceptedResponse };
  app.delete(`${base}/dry-run`, { schema: end }, async (request, reply) => {
    reply.code(202);
    refuseUnlessBegun(view().dryRun);
    return send({ type: 'dry-run.ended', by: request.query.by });
  });
}

const answers = <T extends z.ZodType>(schema: T) => ({ 200: schema, 404: problemSchema });

function refuseUnlessBegun(dryRun: FleetView['dryRun']): void {
  const doing = 'ending the dry run';
  if (dryRun === null) refuse(doing, 'that there is one', 'none', 'There is nothing to do');
  if (dryRun.at === null)
    refuse(doing, 'one that a person began', 'one of the configuration', 'Change fleet.dryRun in the configuration');
}

/** @throws CodedError SW_NOT_FOUND */
function viewOf(options: AppOptions): FleetView {
  const fleet = fleetState(options);
  if (fleet !== null) return fleetView(fleet, options.clock.now());
  throw new CodedError('SW_NOT_FOUND', {
    doing: 'looking for the fleet',
    expected: 'a supervisor that runs one',
    found: 'none in this process',
    todo: 'Start it with syncwarden run',
  });
}
