/** What can go wrong in a pattern: the outages that an integrator knows, by name. */
import { incompatibility } from '../../core/compatibility.ts';
import { type MachineRoom, proxyOf } from '../outages/room/machine-room.ts';
import type { Mood } from '../outages/room/remedies.ts';
import { askForFullRun, type Fault, lasting, onLines, outOfReach, refusal, type Scene } from './fault.ts';

interface Kind {
  readonly begin: Fault;
  /** Remedies that heal it by nature, by name. What the machine room heals by itself is not named here. */
  readonly healedBy?: readonly string[];
  /** How long it lasts unless the pattern says otherwise, milliseconds. @default until it is healed */
  readonly durationMs?: number;
  /** About the supervisor's own machine, or about remedies: no single integration. */
  readonly isAboutAll?: boolean;
}

const rebootMs = 120_000;
/** Cut for so long, and there again for so long. */
const flapMs = 40_000;
/** Slower than any `slowMs` that makes sense, faster than a request that has failed. */
const slowness = { kind: 'slow', ms: 6_000 } as const;

const serverOf = ({ room, site }: Scene) => room.servers.get(site.config.server);

/** What has befallen a plugin: over once it runs and answers, whoever started it. */
const ofPlugin =
  (strike: (scene: Scene) => void, end: (scene: Scene) => void): Fault =>
  (scene) => {
    strike(scene);
    return { stands: () => serverOf(scene)?.hasLive(scene.site.id) !== true, end: () => end(scene) };
  };

/** A person starts what is down. */
const startAgain = (scene: Scene) =>
  void serverOf(scene)
    ?.restartServer(new AbortController().signal)
    .catch(() => {}); // the supervisor has ended meanwhile, and its servers with it

const oneSided =
  (trouble: Parameters<typeof onLines>[1]): Fault =>
  ({ site, order }) =>
    onLines([site[order.side]], trouble);

/** The process answers its heartbeat, and nothing that it asks of the source succeeds any more. */
const serverStuck: Fault = ({ room, site }) => {
  const carried = [...room.sites.values()].filter(({ config }) => config.server === site.config.server);
  return onLines(
    carried.map(({ source }) => source),
    refusal('SW_SERVER_FAILED'),
  );
};

const proxyDead: Fault = ({ room, site }) => {
  const proxy = room.proxies.get(proxyOf(site.config) ?? '');
  proxy?.die();
  return { stands: () => !site.source.isReachable, end: () => proxy?.revive() };
};

/** Cut and mended again and again. */
const networkFlaps: Fault = ({ room, site }) => {
  let isOver = false;
  let mend = () => {};
  const turn = (isCut: boolean) => {
    if (isOver) return;
    if (isCut) mend = outOfReach(site, [site.source, site.target]).end;
    else mend();
    room.clock.schedule(flapMs, () => turn(!isCut));
  };
  return lasting(
    () => turn(true),
    () => {
      isOver = true;
      mend();
    },
  );
};

/** A full run is asked for; whatever a run asks of the source times out, and in between all is well. */
const runsInterrupted: Fault = ({ room, site }) => {
  let isOver = false;
  let mend = () => {};
  room.witness.listen((fact) => {
    if (isOver || (fact.what !== 'run-began' && fact.what !== 'run-ended') || fact.integration !== site.id) return;
    mend();
    if (fact.what === 'run-began') mend = onLines([site.source], refusal('SW_TIMEOUT')).end;
  });
  return lasting(
    () => askForFullRun(room, site.id),
    () => {
      isOver = true;
      mend();
    },
  );
};

/** A few people vanish from the target. */
const entitiesMissing: Fault = ({ site }) => {
  const people = site.world.entities.person;
  for (const id of [...people.keys()].slice(0, 3)) people.lose(id);
  return { stands: () => false, end: () => {} };
};

/** No damage where nobody compares versions, or where any newer one will do: what would break is not known. */
const versionChanged: Fault = ({ site, order: { side } }) => {
  const before = site.versions[side];
  site.versions[side] = '9.99';
  return {
    stands: () => incompatibility(site.config.compatible, site.versions) !== null,
    end: () => {
      site.versions[side] = before;
    },
  };
};

const listEmpty: Fault = ({ site }) =>
  lasting(
    () => {
      site.listFault = 'empty-list';
    },
    () => {
      site.listFault = null;
    },
  );

/** What befalls the remedies of a room at the moment, the newest last. */
const moods = new WeakMap<MachineRoom, Mood[]>();

/** What remedies do is no damage by itself. */
const remedies =
  (mood: Mood): Fault =>
  ({ room }) => {
    const all = moods.get(room) ?? [];
    moods.set(room, all);
    const follow = () => {
      room.mood = all.at(-1) ?? 'works';
    };
    all.push(mood);
    follow();
    let isOver = false;
    return {
      stands: () => false,
      end: () => {
        if (!isOver) all.splice(all.indexOf(mood), 1);
        isOver = true;
        follow();
      },
    };
  };

const supervisorReboots: Fault = ({ room, order }) => {
  room.end('the machine was rebooted', order.durationMs ?? rebootMs);
  return { stands: () => !room.isUp, end: () => {} };
};

const kinds = {
  'plugin-hangs': {
    begin: ofPlugin(
      (scene) => serverOf(scene)?.hang(),
      (scene) => serverOf(scene)?.thaw(),
    ),
  },
  'plugin-crashes': { begin: ofPlugin((scene) => serverOf(scene)?.crashPlugin(scene.site.id), startAgain) },
  'server-crashes': { begin: ofPlugin((scene) => serverOf(scene)?.crash(), startAgain) },
  'server-stuck': { begin: serverStuck, healedBy: ['restart-server'] },
  'proxy-dead': { begin: proxyDead },
  'machine-down': { begin: ({ site, order }) => outOfReach(site, [site[order.side]]) },
  failing: { begin: oneSided(refusal('SW_SERVER_FAILED')) },
  slow: { begin: oneSided(slowness) },
  'network-cut': { begin: ({ site }) => outOfReach(site, [site.source, site.target]) },
  'network-flaps': { begin: networkFlaps },
  'credentials-expired': { begin: oneSided(refusal('SW_UNAUTHORISED')) },
  'licence-lost': { begin: oneSided(refusal('SW_LICENCE')) },
  'version-changed': { begin: versionChanged },
  'runs-interrupted': { begin: runsInterrupted },
  'entities-missing': { begin: entitiesMissing },
  'list-empty': { begin: listEmpty },
  'remedies-fail': { begin: remedies('fails'), isAboutAll: true },
  'remedies-hang': { begin: remedies('hangs'), isAboutAll: true },
  'supervisor-reboots': { begin: supervisorReboots, durationMs: rebootMs, isAboutAll: true },
} as const satisfies { readonly [kind: string]: Kind };

export type FaultKind = keyof typeof kinds;
export const faultKinds = Object.keys(kinds) as readonly FaultKind[]; // the keys of the literal above
export const kindOf = (kind: FaultKind): Kind => kinds[kind];
