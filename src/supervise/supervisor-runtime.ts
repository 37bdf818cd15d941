/** What a supervisor runs in one runtime: integrations, the fleet that they form, and what tells people of them. */
import type { fleetMachine, integrationMachine } from '../../machines/index.ts';
import type { notificationsMachine } from '../../machines/notifications.ts';
import type { Runtime } from '../runtime/index.ts';

export type SupervisorMachine = typeof integrationMachine | typeof fleetMachine | typeof notificationsMachine;
export type SupervisorRuntime = Runtime<SupervisorMachine>;
