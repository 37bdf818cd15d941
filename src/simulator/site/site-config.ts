/** The configuration of the simulated site: real in every part, with a policy quick enough to watch. */

export interface SiteAddresses {
  readonly proxyUrl: string;
  readonly securityCenterUrl: string;
  /** Where the site's services are controlled: the webhook of the remedy `restart-proxy`. */
  readonly controlUrl: string;
}

export interface SiteConfigOptions extends SiteAddresses {
  readonly data: string;
  readonly port: number;
  readonly profile: 'mp270' | 'mp28x';
}

const quickRungs = [
  { id: 'synchronize', title: 'Start a synchronization', remedy: 'synchronize', mode: 'delta', attempts: 1 },
  { id: 'synchronize-full', title: 'Start a full synchronization', remedy: 'synchronize', mode: 'full', attempts: 2 },
  { id: 'restart-plugin', title: 'Restart the plugin', remedy: 'restart-plugin', mode: 'delta', attempts: 2 },
  { id: 'restart-server', title: 'Restart the server of the plugin', remedy: 'restart-server', mode: 'delta' },
  { id: 'restart-proxy', title: 'Restart the SiPass proxy', remedy: 'restart-proxy', mode: 'full', attempts: 2 },
];

const impacts: { readonly [rung: string]: string } = {
  synchronize: 'Reads the source.',
  'synchronize-full': 'Reads the whole source and re-reads the whole target.',
  'restart-plugin': 'Events are not relayed while the plugin is down.',
  'restart-server': 'Every plugin on that server goes down with it.',
  'restart-proxy': 'Ends every session and forces a full synchronization.',
};

/** Minutes of a real site become seconds; the order of the ladder and every rule stay the same. */
const quickPolicy = {
  connection: {
    probeEveryMs: 1_000,
    staleAfterMs: 15_000,
    failuresToDisconnect: 3,
    successesToConnect: 2,
    backoff: { initialMs: 300, maxMs: 2_000 },
  },
  synchronization: {
    deltaEveryMs: 20_000,
    checkEveryMs: 3_000,
    resumeBackoff: { initialMs: 300, maxMs: 2_000 },
    fruitlessMax: 4,
    stall: { floorMs: 6_000, capMs: 60_000 },
  },
  ladder: {
    confirmMs: 1_500,
    recheckMs: 500,
    retryBackoff: { initialMs: 500, maxMs: 3_000 },
    resetAfterMs: 10_000,
    quarantineProbe: { initialMs: 4_000, maxMs: 10_000 },
    rungs: quickRungs.map((rung) => ({
      ...rung,
      impact: impacts[rung.id],
      timeoutMs: 30_000,
      settleMs: 300,
      proofTimeoutMs: 30_000,
      budget: rung.remedy === 'synchronize' ? null : { max: 3, windowMs: 300_000 },
    })),
  },
};

/** The configuration file's content. JSON is valid YAML. */
export function siteConfig(options: SiteConfigOptions): string {
  const { proxyUrl, securityCenterUrl, controlUrl, data, port, profile } = options;
  const config = {
    data,
    http: { port },
    log: { level: 'info' },
    demo: { controlUrl },
    integrations: [
      {
        id: 'hq',
        title: 'SiPass into Security Center (simulated site)',
        source: {
          kind: 'sipass',
          url: proxyUrl,
          username: 'syncwarden',
          password: 'syncwarden',
          profile,
          timeoutMs: 5_000,
          concurrency: 4,
        },
        target: {
          kind: 'security-center',
          url: `${securityCenterUrl}/WebSdk`,
          username: 'syncwarden',
          password: 'syncwarden',
          applicationId: 'syncwarden',
          timeoutMs: 5_000,
          concurrency: 4,
        },
        compatible: [{ source: '>=2.65 <2.91', target: '>=5.10 <5.14' }],
        policy: quickPolicy,
        remedies: {
          'restart-proxy': {
            kind: 'webhook',
            url: `${controlUrl}/services/proxy/restart`,
            statusUrl: `${controlUrl}/services/proxy`,
            timeoutMs: 20_000,
          },
        },
      },
    ],
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
