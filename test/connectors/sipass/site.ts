/** A simulated SiPass and sources on it, all on one virtual clock, for the tests of this folder. */
import type { Source } from '../../../src/connectors/connector.ts';
import { createSipassSource, type SipassSourceOptions } from '../../../src/connectors/sipass/source.ts';
import { type SipassSimulator, startSipassSimulator } from '../../../src/simulator/sipass/simulator.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

type SimulatorOptions = NonNullable<Parameters<typeof startSipassSimulator>[0]>;

export interface Site {
  readonly sipass: SipassSimulator;
  readonly clock: VirtualClock;
  readonly source: Source;
  /** Another source on the same server; closed with the site. */
  open(options?: Partial<SipassSourceOptions>): Source;
  /** Adds a fault by the back door, as an operator of the simulator would. */
  fault(fault: object): Promise<void>;
  /** How often a route was asked, for example `POST /authentication`. */
  asked(route: string): number;
  close(): Promise<void>;
}

/** Starts a server with 35 people, and a source that needs several pages for them. */
export async function openSite(
  simulator: SimulatorOptions = {},
  options: Partial<SipassSourceOptions> = {},
): Promise<Site> {
  const clock = new VirtualClock();
  const sipass = await startSipassSimulator({ cardholders: 35, port: 0, adminPort: 0, ...simulator }, { clock });
  const sources: Source[] = [];
  const open = (more: Partial<SipassSourceOptions> = {}) => {
    const source = createSipassSource({
      url: sipass.url,
      username: 'syncwarden',
      password: 'syncwarden',
      clientUniqueId: `test-${sources.length}`,
      profile: simulator.profile ?? 'mp28x',
      pageSize: 10,
      clock,
      ...options,
      ...more,
    });
    sources.push(source);
    return source;
  };
  return {
    sipass,
    clock,
    source: open(),
    open,
    async fault(fault) {
      const reply = await fetch(`${sipass.adminUrl}/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fault),
      });
      if (reply.status !== 201) throw new Error(await reply.text());
    },
    asked: (route) => sipass.log.counters().byRoute[route] ?? 0,
    async close() {
      sipass.faults.clear();
      await Promise.all(sources.map((source) => source.close()));
      await sipass.close();
    },
  };
}
