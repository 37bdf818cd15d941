/** Every released machine version by its id: records name the version that wrote them. */
import { integrationMachine } from './integration.ts';

export { connectionMachine } from './connection.ts';
export type { IntegrationContext, IntegrationInput } from './context.ts';
export { escalationMachine } from './escalation.ts';
export { integrationMachine } from './integration.ts';
export { synchronizationMachine } from './synchronization.ts';

export const machines = { [integrationMachine.id]: integrationMachine } as const;
