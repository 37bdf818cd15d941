/** What cannot be asked for while Genetec's own role synchronizes: each is refused with the reason why. */
import { CodedError } from '../core/errors.ts';

/** By the name of what was asked for. */
const why = {
  diff: 'it would have to read what is in each entity, and only counts can be seen from outside',
  dryRun: 'the role tells nobody beforehand what it will write',
  synchronizeEntity: 'the role synchronizes everything or nothing',
  listRejected: 'which entities the role could not write is told nowhere',
  retryRejected: 'which entities the role could not write is told nowhere',
  dropRejected: 'which entities the role could not write is told nowhere',
  rebuildIndex: 'there is no index: the role has its own',
  takeOver: 'no run here holds a lease: the role writes, and not this plugin',
} as const;

/** @throws CodedError `SW_NOT_NOW`, always */
export function refuse(what: keyof typeof why): never {
  throw new CodedError('SW_NOT_NOW', {
    doing: `asking for ${what} in mode beside`,
    expected: "something that Genetec's own role offers",
    found: why[what],
    todo: 'Look into Config Tool, on the Synchronization tab of the role',
  });
}
