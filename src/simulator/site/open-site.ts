/** Opens a whole site: servers, service manager, configuration file, and the supervisor last. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startControlServer } from './control-server.ts';
import { Site, type SiteOptions } from './site.ts';
import { siteConfig } from './site-config.ts';

export interface OpenSiteOptions extends Omit<SiteOptions, 'configFile'> {
  /** Folder for the configuration and the supervisor's data. */
  readonly directory: string;
  /** Port of the dashboard; 0 takes a free one. */
  readonly port: number;
}

export interface OpenSite {
  readonly site: Site;
  /** Ends every process of the site. */
  close(): Promise<void>;
}

export async function openSite({ directory, port, ...options }: OpenSiteOptions): Promise<OpenSite> {
  const configFile = join(directory, 'syncwarden.yaml');
  const site = new Site({ ...options, configFile });
  const control = await startControlServer(site);
  const close = async () => {
    await site.close();
    await control.close();
  };
  try {
    await site.startServers();
    await mkdir(directory, { recursive: true });
    await writeFile(configFile, siteConfig({ plan: options.plan, controlUrl: control.url, data: 'data', port }));
    await site.startSupervisor();
    return { site, close };
  } catch (error) {
    await close();
    throw error;
  }
}
