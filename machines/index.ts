/** Every released machine version by its id: records name the version that wrote them. */
import { integrationMachine } from './integration.ts';

export { connectionMachine } from './connection.ts';
export { escalationMachine } from './escalation.ts';
export { type FleetEvent, fleetEventSchema } from './fleet/events.ts';
export { fleetMachine, fleetTimers } from './fleet.ts';
export { integrationMachine, integrationTimers } from './integration.ts';
export { fleetMigrations, integrationMigrations } from './migrations.ts';
export { synchronizationMachine } from './synchronization.ts';
export { tasksMachine } from './tasks.ts';

/** What a runtime registers: the newest version; `integrationMigrations` lead to it from every older one. */
export const releasedMachines = [integrationMachine] as const;
