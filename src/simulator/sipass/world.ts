/** One simulated SiPass server as data: its site, its people, its profile, and the settings a demo may change. */
import { type Clock, systemClock } from '../../core/clock.ts';
import type { JsonObject } from '../../core/json.ts';
import { CardholderStore } from './cardholder-store.ts';
import { statusAt } from './cardholder-summary.ts';
import { EventLog } from './event-log.ts';
import type { SipassOptions } from './options.ts';
import { profiles, type SipassProfile, type StatusTable } from './profile.ts';
import { generateSite, type Site, workgroupType } from './site.ts';

export class SipassWorld {
  readonly options: SipassOptions;
  readonly profile: SipassProfile;
  readonly site: Site;
  readonly cardholders: CardholderStore;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly #voidWorkgroups: ReadonlySet<number>;
  #reads = 0;

  constructor(options: SipassOptions, clock: Clock = systemClock) {
    const profile = profiles[options.profile];
    this.options = options;
    this.clock = clock;
    this.profile = {
      ...profile,
      version: options.version ?? profile.version,
      endIndex: options.endIndex ?? profile.endIndex,
      badLogin: options.badLogin ?? profile.badLogin,
    };
    this.events = new EventLog(options);
    this.site = generateSite(options.seed, options.cardholders);
    this.#voidWorkgroups = new Set(this.site.workgroups.filter((group) => group.void).map((group) => group.token));
    this.cardholders = new CardholderStore({
      seed: options.seed,
      site: this.site,
      managerEmailAddress: profile.managerEmailAddress,
      utcOffset: options.utcOffset,
    });
    this.cardholders.generate(options.cardholders);
  }

  /** A number that is new at each call, for what changes with every reading. */
  nextRead(): number {
    this.#reads += 1;
    return this.#reads;
  }

  /** What the server computes for this person now; `none` when there is no such person. */
  statusOf(token: string): keyof StatusTable {
    const summary = this.cardholders.summary(token);
    return summary === null ? 'none' : statusAt(summary, this.clock.now(), this.#voidWorkgroups);
  }

  /**
   * What there is, and what of it is eligible by the rules of the vendor's own plugin: every cardholder, the first
   * credential of each, visitor workgroups only, and here one door per access point and one elevator per bank.
   */
  truth(): JsonObject {
    const { site, cardholders } = this;
    const tokens = cardholders.order('Token');
    const status: { [name: string]: number } = {};
    for (const token of tokens) {
      const name = this.statusOf(token);
      status[name] = (status[name] ?? 0) + 1;
    }
    return {
      counts: {
        Cardholders: tokens.length,
        WorkGroups: site.workgroups.length,
        AccessLevels: site.accessLevels.length,
        AccessGroups: site.accessGroups.length,
        AccessPoints: site.accessPoints.length,
        AccessPointGroups: site.accessPointGroups.length,
        FloorPoints: site.floorPoints.length,
        FloorPointGroups: site.floorPointGroups.length,
        TimeSchedules: site.timeSchedules.length,
        CardTechnologies: site.cardTechnologies.length,
        CredentialProfiles: site.credentialProfiles.length,
      },
      eligible: {
        cardholder: tokens.length,
        credential: tokens.filter((token) => cardholders.hasCard(token)).length,
        'cardholder-group': site.workgroups.filter((group) => group.type === workgroupType.visitor).length,
        door: site.accessPoints.length,
        elevator: site.floorPointGroups.length,
      },
      status,
      revision: cardholders.revision,
    };
  }
}
