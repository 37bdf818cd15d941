/** Security Center as both targets at once: entities and events over one connection. */
import type { Target } from '../connector.ts';
import type { EventTarget } from '../events.ts';
import { createSecurityCenterEventTarget, type SecurityCenterEventOptions } from './event-target.ts';
import { securityCenterOptionsSchema } from './options.ts';
import { requireOwner, type SecurityCenterTargetOptions, targetOver } from './target.ts';
import { createWebSdk } from './web-sdk.ts';

/** Two views of one connection; closing the target closes it for both. */
export interface SecurityCenter {
  readonly target: Target;
  readonly events: EventTarget;
}

/** Opens nothing yet: the first call does. @throws as `createSecurityCenterTarget` */
export function createSecurityCenter(
  { options, owner, clock, onLimit }: SecurityCenterTargetOptions,
  eventOptions: SecurityCenterEventOptions = {},
): SecurityCenter {
  requireOwner(owner);
  const settings = securityCenterOptionsSchema.parse(options);
  const sdk = createWebSdk(settings, clock, onLimit);
  return {
    target: targetOver(sdk, settings, owner, clock),
    events: createSecurityCenterEventTarget(sdk, owner, clock, eventOptions),
  };
}
