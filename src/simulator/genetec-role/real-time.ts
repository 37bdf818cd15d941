/** Real-time changes: what the proxy tells is written at once, one after the other. */
import type { Directory } from './directory.ts';
import type { RoleSettings } from './options.ts';
import type { Told } from './proxy-link.ts';

export type Changes = Extract<Told, { tell: 'changes' }>['changes'];

export interface RealTimeParts {
  readonly directory: Directory;
  readonly settings: RoleSettings;
  /** Resolves when the role does not hang; rejects when it ends. */
  readonly unlessHung: () => Promise<void>;
}

/** Writes the changes that the site wants. Throws when the role ends; the rest is lost then. */
export async function writeChanges(
  changes: Changes,
  { directory, settings, unlessHung }: RealTimeParts,
): Promise<void> {
  for (const { type, key, entity } of changes) {
    await unlessHung();
    if (type === 'Credential' && !settings.credentials) continue;
    if (entity !== null) await directory.write(type, [entity]);
    else if (settings.deletes === 'live') await directory.remove(type, [key]);
  }
}
