/** What every part of the Security Center target works with. */
import type { Clock } from '../../core/clock.ts';
import type { WebSdk } from './web-sdk.ts';

export interface TargetContext {
  readonly sdk: WebSdk;
  readonly owner: string;
  readonly clock: Clock;
  readonly pageSize: number;
}
