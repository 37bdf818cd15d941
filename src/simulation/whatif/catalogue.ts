/** The outages that an integrator knows, as patterns: what is played when nobody writes others. */
import { hours, minutes } from '../../../machines/units.ts';
import type { Outages, Pattern, PatternFault } from './pattern.ts';

type Fault = Partial<PatternFault> & Pick<PatternFault, 'kind'>;

const pattern = (name: string, title: string, faults: readonly Fault[], at = 'Mon 10:00'): Pattern => ({
  name,
  title,
  at,
  faults: faults.map((fault) => ({ startMs: 0, side: 'source', healedBy: [], ...fault })),
});

export const catalogue: Outages = {
  patterns: [
    pattern('plugin-hangs', 'The plugin hangs', [{ kind: 'plugin-hangs' }]),
    pattern('plugin-crashes-at-night', 'The plugin crashes at night', [{ kind: 'plugin-crashes' }], 'Sun 02:30'),
    pattern('server-stuck', 'The server hangs: only its restart helps', [{ kind: 'server-stuck' }]),
    pattern('proxy-dead', 'The proxy service is dead', [{ kind: 'proxy-dead' }]),
    pattern('source-down', 'The source is down for 2 h', [{ kind: 'machine-down', durationMs: hours(2) }]),
    pattern('network-cut', 'The network is cut for 5 min', [{ kind: 'network-cut', durationMs: minutes(5) }]),
    pattern('network-flaps', 'The network flaps for 20 min', [{ kind: 'network-flaps', durationMs: minutes(20) }]),
    pattern('credentials-expired', 'Credentials expired, renewed after 1 h', [
      { kind: 'credentials-expired', durationMs: hours(1) },
    ]),
    pattern('licence-lost', 'The licence is lost, back after 1 h', [
      { kind: 'licence-lost', side: 'target', durationMs: hours(1) },
    ]),
    pattern('upgraded', 'Upgraded to an incompatible version', [{ kind: 'version-changed', side: 'target' }]),
    pattern('runs-interrupted', 'Every run is interrupted for 20 min', [
      { kind: 'runs-interrupted', durationMs: minutes(20) },
    ]),
    pattern('entities-missing', 'Entities vanish from the target', [{ kind: 'entities-missing' }]),
    pattern('restart-fails', 'The plugin hangs; restarts fail for 1 h', [
      { kind: 'remedies-fail', durationMs: hours(1) },
      { kind: 'plugin-hangs' },
    ]),
    pattern('supervisor-reboots', 'Our machine reboots amid a remedy', [
      { kind: 'proxy-dead' },
      { kind: 'supervisor-reboots', startMs: 'first-remedy' },
    ]),
    pattern('storm', 'Everything at once, everywhere', [
      { kind: 'network-cut', on: 'all', durationMs: minutes(10) },
      { kind: 'server-crashes', on: 'all' },
      { kind: 'proxy-dead', on: 'all' },
      { kind: 'remedies-fail', on: 'all', durationMs: minutes(15) },
      { kind: 'supervisor-reboots', on: 'all', startMs: minutes(5) },
    ]),
  ],
};
