/** Every released machine version by its id: records name the version that wrote them. */
import { integrationMachine } from './integration.ts';

export { connectionMachine } from './connection.ts';
export { escalationMachine } from './escalation.ts';
export { integrationMachine } from './integration.ts';
export { synchronizationMachine } from './synchronization.ts';

/** What a runtime registers: the newest version, and every older one that records may still name. */
export const releasedMachines = [integrationMachine] as const;
