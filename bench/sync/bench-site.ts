/** The simulated servers that the synchronization is measured against, each in a process of its own. */
import { join } from 'node:path';
import type { Source, Target } from '../../src/connectors/connector.ts';
import { createSecurityCenterTarget } from '../../src/connectors/security-center/target.ts';
import { createSipassSource } from '../../src/connectors/sipass/source.ts';
import { systemClock } from '../../src/core/clock.ts';
import { invariant } from '../../src/core/errors.ts';
import { SiteProcess } from '../../src/simulator/site/site-process.ts';

/** Requests in flight at once, per side. */
export const concurrency = 8;

/** Room for a million, and for those that came with the system. */
const entitiesMax = 2_000_000;

/** Rows per page of a walk. */
const pageSize = 500;

export interface BenchSite {
  readonly urls: { readonly source: string; readonly target: string };
  /** The back door of the source, where records are changed. */
  readonly sourceAdminUrl: string;
  /** Connectors as the plugin host opens them. */
  open(): { readonly source: Source; readonly target: Target };
  close(): Promise<void>;
}

const program = join(import.meta.dirname, '../../../bin/syncwarden.js');
const credentials = { username: 'syncwarden', password: 'syncwarden' };

/** Starts both servers; the same seed gives the same people and the same ids. */
export async function openBenchSite(cardholders: number): Promise<BenchSite> {
  const start = async (name: string, ...args: readonly string[]) => {
    const argv = [program, 'simulate', name, '--port', '0', '--admin-port', '0', '--json', ...args];
    const process = new SiteProcess({ name, argv });
    return { process, ...(await process.start()) };
  };
  const [sipass, securityCenter] = await Promise.all([
    start('sipass', '--cardholders', String(cardholders)),
    start('security-center', '--entities-max', String(entitiesMax)),
  ]);
  invariant(sipass.adminUrl !== undefined, 'a simulated SiPass has a back door');
  const urls = { source: sipass.url, target: `${securityCenter.url}/WebSdk` };
  return {
    urls,
    sourceAdminUrl: sipass.adminUrl,
    open: () => ({
      source: createSipassSource({
        url: urls.source,
        ...credentials,
        profile: 'mp28x',
        concurrency,
        pageSize,
        clock: systemClock,
      }),
      target: createSecurityCenterTarget({
        options: { url: urls.target, ...credentials, applicationId: 'syncwarden', concurrency },
        owner: 'bench',
        clock: systemClock,
      }),
    }),
    close: async () => {
      await Promise.all([sipass.process.kill('SIGKILL'), securityCenter.process.kill('SIGKILL')]);
    },
  };
}
