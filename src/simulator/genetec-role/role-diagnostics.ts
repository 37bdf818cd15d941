/** What a role reports about itself, context by context, and the colour that the platform makes of it. */
import type { RunningState } from './directory.ts';

/** One context that is not well. Those of this role are warnings: none of them makes it red. */
export interface Warning {
  readonly context: 'connection' | 'synchronization' | 'compatibility';
  readonly message: string;
}

export interface RoleFacts {
  readonly connected: boolean;
  readonly reachesSipass: boolean;
  readonly synchronizing: boolean;
  readonly compatible: boolean;
}

/** Yellow has two everyday reasons that nothing but these texts tells apart, and the texts stay in Config Tool. */
export function warningsOf({ connected, reachesSipass, synchronizing, compatible }: RoleFacts): readonly Warning[] {
  const warnings: Warning[] = [];
  if (!connected) warnings.push({ context: 'connection', message: 'Not connected to the SiPass proxy' });
  else if (!reachesSipass) warnings.push({ context: 'connection', message: 'The proxy does not reach SiPass' });
  if (synchronizing) warnings.push({ context: 'synchronization', message: 'Synchronizing' });
  if (!compatible) warnings.push({ context: 'compatibility', message: 'Incompatible versions' });
  return warnings;
}

/** Any warning makes an active role yellow. */
export const colourOf = (warnings: readonly Warning[]): RunningState => (warnings.length > 0 ? 'Warning' : 'Running');
